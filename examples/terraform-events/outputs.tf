output "function" {
  value = aws_lambda_function.worker.arn
}

output "topic" {
  value = aws_sns_topic.orders.arn
}

output "queues" {
  value = { for queue in [aws_sqs_queue.orders, aws_sqs_queue.done, aws_sqs_queue.removed] : queue.name => queue.url }
}

output "bucket" {
  value = aws_s3_bucket.uploads.bucket
}

output "code_version" {
  value = aws_s3_object.worker.version_id
}
