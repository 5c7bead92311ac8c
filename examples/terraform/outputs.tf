output "account" {
  value = data.aws_caller_identity.me.account_id
}

output "live" {
  description = "What to invoke."
  value       = aws_lambda_alias.live.arn
}

output "version" {
  value = aws_lambda_function.hello.version
}

output "url" {
  value = aws_lambda_function_url.live.function_url
}
