resource "aws_s3_bucket" "uploads" {
  bucket        = "uploads"
  force_destroy = true

  tags = {
    team = "orders"
  }
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    allowed_methods = ["PUT"]
    allowed_origins = ["https://example.com"]
    allowed_headers = ["*"]
    max_age_seconds = 3600
  }
}

resource "aws_lambda_permission" "uploads" {
  statement_id   = "uploads"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.worker.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.uploads.arn
  source_account = "000000000000"
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket     = aws_s3_bucket.uploads.id
  depends_on = [aws_lambda_permission.uploads, aws_sqs_queue_policy.removed]

  lambda_function {
    id                  = "arrived"
    lambda_function_arn = aws_lambda_function.worker.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "in/"
    filter_suffix       = ".json"
  }

  queue {
    id        = "removed"
    queue_arn = aws_sqs_queue.removed.arn
    events    = ["s3:ObjectRemoved:*"]
  }
}
