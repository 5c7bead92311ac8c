def handler(event, context):
    for record in event["Records"]:
        message = record["Sns"]
        print(f"{message['Subject'] or 'no subject'}: {message['Message']}")
