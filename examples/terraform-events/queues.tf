resource "aws_sqs_queue" "orders" {
  name                       = "orders"
  visibility_timeout_seconds = var.visibility_timeout
  receive_wait_time_seconds  = 10

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_orders.arn
    maxReceiveCount     = 3
  })

  tags = {
    team = "orders"
  }
}

resource "aws_sqs_queue" "dead_orders" {
  name                      = "dead-orders"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_orders" {
  queue_url = aws_sqs_queue.dead_orders.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.orders.arn]
  })
}

resource "aws_sqs_queue" "ledger" {
  name                        = "ledger.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
}

resource "aws_sqs_queue" "done" {
  name = "done"
}

resource "aws_sqs_queue" "removed" {
  name = "removed"
}

data "aws_iam_policy_document" "senders" {
  for_each = {
    orders  = { service = "sns.amazonaws.com", queue = aws_sqs_queue.orders.arn, source = aws_sns_topic.orders.arn }
    removed = { service = "s3.amazonaws.com", queue = aws_sqs_queue.removed.arn, source = aws_s3_bucket.uploads.arn }
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [each.value.queue]

    principals {
      type        = "Service"
      identifiers = [each.value.service]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [each.value.source]
    }
  }
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy    = data.aws_iam_policy_document.senders["orders"].json
}

resource "aws_sqs_queue_policy" "removed" {
  queue_url = aws_sqs_queue.removed.id
  policy    = data.aws_iam_policy_document.senders["removed"].json
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn                   = aws_sqs_queue.orders.arn
  function_name                      = aws_lambda_function.worker.arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 0
  function_response_types            = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = [var.kind] } })
    }
  }

  scaling_config {
    maximum_concurrency = 2
  }
}
