"""Every shopper has a wallet; those who came before get theirs here."""

from django.db import migrations, models


def give_wallets(apps, schema_editor):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, ARG001 - Django's signature
    """One for each shopper without."""
    shoppers = apps.get_model("shop", "Shopper").objects.filter(wallet=None)
    apps.get_model("shop", "Wallet").objects.bulk_create(
        apps.get_model("shop", "Wallet")(shopper=shopper) for shopper in shoppers
    )


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_confirmed_orders")]

    operations = [
        migrations.CreateModel(
            name="Wallet",
            fields=[
                (
                    "shopper",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE, primary_key=True, serialize=False, to="shop.shopper"
                    ),
                ),
                ("balance_kobo", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(give_wallets, migrations.RunPython.noop),
    ]
