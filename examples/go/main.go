package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

type greeting struct {
	Message string `json:"message"`
}

func handler(_ context.Context, event struct{ Name string }) (greeting, error) {
	return greeting{Message: fmt.Sprintf("Hello, %s!", event.Name)}, nil
}

func main() {
	lambda.Start(handler)
}
