package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.outbound.ServerRules;
import dev.quilla.model.apiextensions.v1.CustomResourceConversion;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of how a custom kind's versions become one another. */
final class ConversionRules {

    private static final String AT = "spec.conversion";
    private static final String VERSIONS = AT + ".conversionReviewVersions";
    private static final String SERVER = AT + ".webhookClientConfig";
    private static final String NOT_SET = "should not be set when strategy is not set to Webhook";

    /** Those that there have been; the first is spoken. */
    private static final List<String> KNOWN = List.of("v1", "v1beta1");

    private ConversionRules() {}

    /** All broken rules; places have the names that Kubernetes has for them within. */
    static List<FieldError> check(CustomResourceConversion conversion) {
        return switch (conversion.strategy()) {
            case "" -> List.of(FieldError.required(AT + ".strategy", ""));
            case "None" ->
                    conversion.hasWebhook()
                            ? List.of(
                                    FieldError.forbidden(SERVER, NOT_SET),
                                    FieldError.forbidden(VERSIONS, NOT_SET))
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
            errors.add(FieldError.required(SERVER, "required when strategy is set to Webhook"));
        } else {
            errors.addAll(ServerRules.check(conversion.webhook().clientConfig().struct(), SERVER));
        }
        List<String> versions = conversion.webhook().conversionReviewVersions();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i);
            String at = VERSIONS + "[" + i + "]";
            Names.dns1035(version)
                    .ifPresent(why -> errors.add(FieldError.invalid(at, version, why)));
            if (!seen.add(version)) {
                errors.add(FieldError.invalid(at, version, "duplicate version"));
            }
        }
        if (versions.isEmpty()) {
            errors.add(FieldError.required(VERSIONS, ""));
        } else if (versions.stream().noneMatch(KNOWN::contains)) {
            errors.add(
                    FieldError.invalid(
                            VERSIONS,
                            versions,
                            "must include at least one of " + String.join(", ", KNOWN)));
        }
        return errors;
    }
}
