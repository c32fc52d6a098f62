"""What a person does with their own factors. Each use case takes the sign-in behind the request and judges its proof itself."""
