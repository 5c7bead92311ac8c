terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

# What is different from AWS is in this block. Leave out the endpoints, and all of this goes to AWS.
provider "aws" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"

  endpoints {
    lambda = var.endpoint
    logs   = var.endpoint
    sqs    = var.endpoint
    sts    = var.endpoint
  }
}

data "aws_caller_identity" "me" {}
