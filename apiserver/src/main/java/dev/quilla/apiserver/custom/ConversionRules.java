package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.outbound.ServerRules;
import dev.quilla.model.apiextensions.v1.CustomResourceConversion;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;

/** The rules of how a custom kind's versions become one another. */
final class ConversionRules {

    private static final String AT = "spec.conversion";
    private static final String VERSIONS = AT + ".webhook.conversionReviewVersions";

    private ConversionRules() {}

    /** All broken rules. */
    static List<FieldError> check(CustomResourceConversion conversion) {
        return switch (conversion.strategy()) {
            case "None" ->
                    conversion.hasWebhook()
                            ? List.of(
                                    FieldError.forbidden(
                                            AT + ".webhook",
                                            "should not be set when strategy is not set to"
                                                    + " Webhook"))
                            : List.of();
            case "Webhook" -> webhook(conversion);
            default ->
                    List.of(
                            FieldError.notSupported(
                                    AT + ".strategy",
                                    conversion.strategy(),
                                    List.of("None", "Webhook")));
        };
    }

    private static List<FieldError> webhook(CustomResourceConversion conversion) {
        List<FieldError> errors = new ArrayList<>();
        if (!conversion.webhook().hasClientConfig()) {
            errors.add(
                    FieldError.required(
                            AT + ".webhook.clientConfig",
                            "required when strategy is set to Webhook"));
        } else {
            errors.addAll(
                    ServerRules.check(
                            conversion.webhook().clientConfig().struct(),
                            AT + ".webhook.clientConfig"));
        }
        List<String> versions = conversion.webhook().conversionReviewVersions();
        if (versions.isEmpty()) {
            errors.add(FieldError.required(VERSIONS, ""));
        } else if (!versions.contains("v1")) {
            errors.add(FieldError.invalid(VERSIONS, versions, "must include v1"));
        }
        return errors;
    }
}
