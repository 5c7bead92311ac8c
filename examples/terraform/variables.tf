variable "endpoint" {
  description = "Where Hob listens."
  type        = string
  default     = "http://127.0.0.1:4566"
}

variable "packages" {
  description = "The folder of hello.zip and greeting.zip."
  type        = string
  default     = "packages"
}

variable "role" {
  description = "The execution role. Without access control any role will do."
  type        = string
  default     = "arn:aws:iam::000000000000:role/hello"
}

variable "greeting" {
  description = "What the function says."
  type        = string
  default     = "Hello"
}

variable "stable_version" {
  description = "The version that most invocations of the alias `canary` go to."
  type        = string
  default     = "1"
}

variable "canary_weight" {
  description = "The part of the invocations of the alias `canary` that go to the version that was published last."
  type        = number
  default     = 0.1
}

variable "provisioned_concurrency" {
  description = "Environments that are kept initialised for the alias `live`."
  type        = number
  default     = 1
}
