resource "aws_lambda_function" "outcome" {
  function_name                  = "outcome"
  role                           = var.role
  runtime                        = "python3.12"
  handler                        = "app.outcome"
  filename                       = "${var.packages}/hello.zip"
  source_code_hash               = filebase64sha256("${var.packages}/hello.zip")
  code_signing_config_arn        = aws_lambda_code_signing_config.warn.arn
  reserved_concurrent_executions = 5

  vpc_config {
    subnet_ids         = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }
}

resource "aws_lambda_code_signing_config" "warn" {
  description = "Tells of packages that nobody has signed"

  allowed_publishers {
    signing_profile_version_arns = [
      "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/ABCDEFGHIJ",
    ]
  }

  policies {
    untrusted_artifact_on_deployment = "Warn"
  }
}

# What becomes of events that nobody waits for.
resource "aws_lambda_function_event_invoke_config" "hello" {
  function_name                = aws_lambda_function.hello.function_name
  qualifier                    = "$LATEST"
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = 1

  destination_config {
    on_success {
      destination = aws_lambda_function.outcome.arn
    }
  }
}

resource "aws_sqs_queue" "orders" {
  name                       = "orders"
  visibility_timeout_seconds = 60

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_orders.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_orders" {
  name = "dead-orders"
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn                   = aws_sqs_queue.orders.arn
  function_name                      = aws_lambda_alias.live.arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 1
  function_response_types            = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = ["order"] } })
    }
  }

  scaling_config {
    maximum_concurrency = 2
  }
}

resource "aws_lambda_function_recursion_config" "hello" {
  function_name  = aws_lambda_function.hello.function_name
  recursive_loop = "Terminate"
}

resource "aws_lambda_runtime_management_config" "hello" {
  function_name     = aws_lambda_function.hello.function_name
  update_runtime_on = "FunctionUpdate"
}
