# The code is an object of a bucket that keeps every version.
resource "aws_s3_bucket" "code" {
  bucket        = "code"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "code" {
  bucket = aws_s3_bucket.code.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "code" {
  bucket                  = aws_s3_bucket.code.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "worker" {
  bucket       = aws_s3_bucket_versioning.code.bucket
  key          = "worker.zip"
  source       = var.package
  etag         = filemd5(var.package)
  content_type = "application/zip"

  tags = {
    team = "orders"
  }
}

resource "aws_lambda_function" "worker" {
  function_name     = "worker"
  role              = var.role
  runtime           = "python3.12"
  handler           = "app.handler"
  s3_bucket         = aws_s3_object.worker.bucket
  s3_key            = aws_s3_object.worker.key
  s3_object_version = aws_s3_object.worker.version_id
  timeout           = 30
}

# What becomes of events that nobody waits for.
resource "aws_lambda_function_event_invoke_config" "worker" {
  function_name                = aws_lambda_function.worker.function_name
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = var.retries

  destination_config {
    on_success {
      destination = aws_sqs_queue.done.arn
    }

    on_failure {
      destination = aws_sns_topic.failures.arn
    }
  }
}
