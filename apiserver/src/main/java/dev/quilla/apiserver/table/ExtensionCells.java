package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the columns of the kinds show that other servers are registered by. */
final class ExtensionCells {

    private ExtensionCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "apiservices.apiregistration.k8s.io",
                ExtensionCells::apiService,
                "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                ExtensionCells::webhooks,
                "validatingwebhookconfigurations.admissionregistration.k8s.io",
                ExtensionCells::webhooks);
    }

    private static Object webhooks(String column, Struct object, Instant now) {
        return column.equals("Webhooks")
                ? object.find("webhooks").map(hooks -> ((List<?>) hooks).size()).orElse(0)
                : Cells.common(column, object, now);
    }

    private static Object apiService(String column, Struct object, Instant now) {
        APIService service = new APIService(object);
        return switch (column) {
            case "Service" ->
                    service.spec().hasService()
                            ? service.spec().service().namespace()
                                    + "/"
                                    + service.spec().service().name()
                            : "Local";
            case "Available" ->
                    service.status().conditions().stream()
                            .filter(c -> c.type().equals("Available"))
                            .findFirst()
                            .map(ExtensionCells::available)
                            .orElse("Unknown");
            default -> Cells.common(column, object, now);
        };
    }

    private static String available(APIServiceCondition condition) {
        return condition.status().equals("True")
                ? "True"
                : condition.status() + " (" + condition.reason() + ")";
    }
}
