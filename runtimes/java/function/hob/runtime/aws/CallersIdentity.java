package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import java.util.Map;

/** Who calls, as Amazon Cognito knows them. */
final class CallersIdentity implements CognitoIdentity {
    private final Map<?, ?> document;

    CallersIdentity(Map<?, ?> document) {
        this.document = document;
    }

    @Override
    public String getIdentityId() {
        return (String) document.get("cognitoIdentityId");
    }

    @Override
    public String getIdentityPoolId() {
        return (String) document.get("cognitoIdentityPoolId");
    }
}
