resource "aws_cloudwatch_log_group" "hello" {
  name              = "/aws/lambda/hello"
  retention_in_days = 14
}

resource "aws_lambda_layer_version" "greeting" {
  layer_name               = "greeting"
  description              = "How to greet"
  filename                 = "${var.packages}/greeting.zip"
  source_code_hash         = filebase64sha256("${var.packages}/greeting.zip")
  compatible_runtimes      = ["python3.12", "python3.13"]
  compatible_architectures = ["x86_64"]
  license_info             = "Apache-2.0"
}

resource "aws_lambda_layer_version_permission" "greeting" {
  layer_name     = aws_lambda_layer_version.greeting.layer_name
  version_number = aws_lambda_layer_version.greeting.version
  statement_id   = "everybody"
  action         = "lambda:GetLayerVersion"
  principal      = "*"
}

resource "aws_lambda_function" "hello" {
  function_name    = "hello"
  description      = "Greets"
  role             = var.role
  runtime          = "python3.12"
  handler          = "app.handler"
  filename         = "${var.packages}/hello.zip"
  source_code_hash = filebase64sha256("${var.packages}/hello.zip")
  publish          = true
  memory_size      = 256
  timeout          = 10
  layers           = [aws_lambda_layer_version.greeting.arn]

  environment {
    variables = {
      GREETING = var.greeting
    }
  }

  ephemeral_storage {
    size = 1024
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "DEBUG"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.hello.name
  }

  tracing_config {
    mode = "Active"
  }

  dead_letter_config {
    target_arn = "arn:aws:sqs:us-east-1:000000000000:undelivered"
  }

  tags = {
    team  = "greeters"
    stage = "test"
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What everybody calls"
  function_name    = aws_lambda_function.hello.function_name
  function_version = aws_lambda_function.hello.version
}

# From the second version on, a part of the invocations goes to the last one.
resource "aws_lambda_alias" "canary" {
  name             = "canary"
  function_name    = aws_lambda_function.hello.function_name
  function_version = var.stable_version

  dynamic "routing_config" {
    for_each = aws_lambda_function.hello.version == var.stable_version ? [] : [aws_lambda_function.hello.version]

    content {
      additional_version_weights = {
        (routing_config.value) = var.canary_weight
      }
    }
  }
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_function.hello.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}
