package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.Client;
import java.util.Map;

/** The application that calls. */
final class CallersClient implements Client {
    private final Map<?, ?> document;

    CallersClient(Map<?, ?> document) {
        this.document = document;
    }

    @Override
    public String getInstallationId() {
        return text("installation_id", "installationId");
    }

    @Override
    public String getAppTitle() {
        return text("app_title", "appTitle");
    }

    @Override
    public String getAppVersionName() {
        return text("app_version_name", "appVersionName");
    }

    @Override
    public String getAppVersionCode() {
        return text("app_version_code", "appVersionCode");
    }

    @Override
    public String getAppPackageName() {
        return text("app_package_name", "appPackageName");
    }

    /** Mobile SDKs write names with underscores. */
    private String text(String name, String other) {
        Object value = document.containsKey(name) ? document.get(name) : document.get(other);
        return value == null ? null : value.toString();
    }
}
