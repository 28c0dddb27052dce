package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.match.Conditions;
import dev.quilla.apiserver.admission.match.MatchRules;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.Target;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.MatchCondition;
import dev.quilla.model.admissionregistration.v1.RuleWithOperations;
import dev.quilla.model.admissionregistration.v1.ServiceReference;
import dev.quilla.model.admissionregistration.v1.WebhookClientConfig;
import dev.quilla.model.meta.v1.LabelSelector;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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
        Conditions conditions,
        Duration timeout,
        boolean ignored,
        boolean harmless,
        boolean again) {

    private static final int TIMEOUT_SECONDS_DEFAULT = 10;

    /** Those of a configuration of either sort. */
    static List<Webhook> of(Expressions expressions, Struct configuration) {
        return structs(configuration, "webhooks").map(hook -> one(expressions, hook)).toList();
    }

    private static Webhook one(Expressions expressions, Struct hook) {
        return new Webhook(
                hook.text("name"),
                new WebhookClientConfig((Struct) hook.find("clientConfig").orElseThrow()),
                MatchRules.ofWebhook(
                        structs(hook, "rules").map(RuleWithOperations::new).toList(),
                        hook.text("matchPolicy"),
                        selector(hook, "namespaceSelector"),
                        selector(hook, "objectSelector")),
                new Conditions(
                        structs(hook, "matchConditions").map(MatchCondition::new).toList(),
                        expressions),
                timeout((Integer) hook.find("timeoutSeconds").orElse(0)),
                hook.text("failurePolicy").equals("Ignore"),
                isHarmless(hook.text("sideEffects")),
                hook.text("reinvocationPolicy").equals("IfNeeded"));
    }

    private static Stream<Struct> structs(Struct struct, String field) {
        return ((List<?>) struct.find(field).orElse(List.of())).stream().map(Struct.class::cast);
    }

    private static LabelSelector selector(Struct hook, String field) {
        return new LabelSelector(
                (Struct) hook.find(field).orElseGet(LabelSelector.definition()::empty));
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
