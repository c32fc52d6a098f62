"""The one door to django-oauth-toolkit besides the models: what of its machinery we use, adapted to this provider."""
