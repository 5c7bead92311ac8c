variable "endpoint" {
  description = "Where Hob listens."
  type        = string
  default     = "http://127.0.0.1:4566"
}

variable "package" {
  description = "The function's zip."
  type        = string
  default     = "packages/worker.zip"
}

variable "role" {
  description = "The execution role. Without access control any role will do."
  type        = string
  default     = "arn:aws:iam::000000000000:role/worker"
}

variable "kind" {
  description = "The kind of orders that the function works off."
  type        = string
  default     = "book"
}

variable "visibility_timeout" {
  description = "Seconds that a received order is hidden from others; at least as long as the function may run."
  type        = number
  default     = 60
}

variable "retries" {
  description = "How often an event that nobody waits for is tried again."
  type        = number
  default     = 0
}
