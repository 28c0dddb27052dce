package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.Target;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.MutatingWebhook;
import dev.quilla.model.admissionregistration.v1.MutatingWebhookConfiguration;
import dev.quilla.model.admissionregistration.v1.ServiceReference;
import dev.quilla.model.admissionregistration.v1.ValidatingWebhook;
import dev.quilla.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import dev.quilla.model.admissionregistration.v1.WebhookClientConfig;
import java.time.Duration;
import java.util.List;

/**
 * A webhook as its configuration describes it, of either sort. Compared by identity.
 *
 * @param match which requests it is called for
 * @param ignored whether requests go on without it when it can't be called
 * @param harmless whether a dry run may call it
 * @param again whether it is called again for what others changed after it
 */
record Webhook(
        String name,
        WebhookClientConfig server,
        MatchRules match,
        List<Condition> conditions,
        Duration timeout,
        boolean ignored,
        boolean harmless,
        boolean again) {

    private static final int TIMEOUT_SECONDS_DEFAULT = 10;

    Webhook {
        conditions = List.copyOf(conditions);
    }

    /** Those of a configuration of mutating webhooks. */
    static List<Webhook> mutating(Expressions expressions, Struct configuration) {
        return new MutatingWebhookConfiguration(configuration)
                .webhooks().stream().map(w -> of(expressions, w)).toList();
    }

    /** Those of a configuration of validating webhooks. */
    static List<Webhook> validating(Expressions expressions, Struct configuration) {
        return new ValidatingWebhookConfiguration(configuration)
                .webhooks().stream().map(w -> of(expressions, w)).toList();
    }

    private static Webhook of(Expressions expressions, MutatingWebhook hook) {
        return new Webhook(
                hook.name(),
                hook.clientConfig(),
                MatchRules.ofWebhook(
                        hook.rules(),
                        hook.matchPolicy(),
                        hook.namespaceSelector(),
                        hook.objectSelector()),
                conditions(expressions, hook.matchConditions()),
                timeout(hook.timeoutSeconds()),
                hook.failurePolicy().equals("Ignore"),
                isHarmless(hook.sideEffects()),
                hook.reinvocationPolicy().equals("IfNeeded"));
    }

    private static Webhook of(Expressions expressions, ValidatingWebhook hook) {
        return new Webhook(
                hook.name(),
                hook.clientConfig(),
                MatchRules.ofWebhook(
                        hook.rules(),
                        hook.matchPolicy(),
                        hook.namespaceSelector(),
                        hook.objectSelector()),
                conditions(expressions, hook.matchConditions()),
                timeout(hook.timeoutSeconds()),
                hook.failurePolicy().equals("Ignore"),
                isHarmless(hook.sideEffects()),
                false);
    }

    private static List<Condition> conditions(
            Expressions expressions, List<MatchCondition> conditions) {
        return conditions.stream().map(c -> new Condition(expressions, c)).toList();
    }

    private static Duration timeout(int seconds) {
        return Duration.ofSeconds(seconds == 0 ? TIMEOUT_SECONDS_DEFAULT : seconds);
    }

    private static boolean isHarmless(String sideEffects) {
        return sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun");
    }

    /**
     * Where it is called.
     *
     * @throws OutboundException if its certificates can't be read
     */
    Target target() throws OutboundException {
        String authorities = server.caBundle().toUtf8();
        if (!server.hasService()) {
            return Target.at(server.url(), authorities);
        }
        ServiceReference service = server.service();
        return Target.behind(
                service.namespace(), service.name(), service.port(), service.path(), authorities);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
