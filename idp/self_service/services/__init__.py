"""What a person does about their own account. Each use case takes the sign-in behind the request and judges its proof itself."""
