resource "aws_sns_topic" "orders" {
  name         = "orders"
  display_name = "Orders"

  tags = {
    team = "orders"
  }
}

resource "aws_sns_topic" "ledger" {
  name                        = "ledger.fifo"
  fifo_topic                  = true
  content_based_deduplication = true
}

resource "aws_sns_topic" "failures" {
  name = "failures"
}

# A queue gets the orders as they are, and only those that have a customer.
resource "aws_sns_topic_subscription" "orders" {
  topic_arn            = aws_sns_topic.orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.orders.arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageBody"
  filter_policy        = jsonencode({ customer = [{ exists = true }] })
}

resource "aws_sns_topic_subscription" "ledger" {
  topic_arn = aws_sns_topic.ledger.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.ledger.arn
}

resource "aws_sns_topic_subscription" "worker" {
  topic_arn  = aws_sns_topic.orders.arn
  protocol   = "lambda"
  endpoint   = aws_lambda_function.worker.arn
  depends_on = [aws_lambda_permission.topic]

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.done.arn
  })
}

resource "aws_lambda_permission" "topic" {
  statement_id  = "topic"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.worker.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.orders.arn
}
