package dev.quilla.apiserver.admission.match;

import dev.quilla.model.admissionregistration.v1.MatchResources;
import dev.quilla.model.admissionregistration.v1.NamedRuleWithOperations;
import dev.quilla.model.admissionregistration.v1.RuleWithOperations;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.selector.Selector;
import java.util.List;

/**
 * Rules and selectors of a configuration, as data.
 *
 * @param rules one of them must cover a request; all requests are covered where there are none and
 *     {@code open}
 * @param exclusions none of them may cover it
 * @param open whether no rules mean all requests, as in bindings
 * @param exact whether only the versions in the rules are meant, and no equivalent ones
 * @param namespaces which namespaces
 * @param objects which objects, by the labels they have or had
 */
public record MatchRules(
        List<NamedRuleWithOperations> rules,
        List<NamedRuleWithOperations> exclusions,
        boolean open,
        boolean exact,
        Selector namespaces,
        Selector objects) {

    public MatchRules {
        rules = List.copyOf(rules);
        exclusions = List.copyOf(exclusions);
    }

    /** The constraints of a policy. */
    public static MatchRules ofPolicy(MatchResources resources) {
        return of(resources, false);
    }

    /** What a binding limits its policy to. */
    public static MatchRules ofBinding(MatchResources resources) {
        return of(resources, true);
    }

    /** The rules of a webhook. */
    public static MatchRules ofWebhook(
            List<RuleWithOperations> rules,
            String matchPolicy,
            LabelSelector namespaces,
            LabelSelector objects) {
        return new MatchRules(
                rules.stream().map(MatchRules::named).toList(),
                List.of(),
                false,
                matchPolicy.equals("Exact"),
                Selector.of(namespaces),
                Selector.of(objects));
    }

    private static NamedRuleWithOperations named(RuleWithOperations rule) {
        return NamedRuleWithOperations.builder()
                .apiGroups(rule.apiGroups())
                .apiVersions(rule.apiVersions())
                .operations(rule.operations())
                .resources(rule.resources())
                .scope(rule.scope())
                .build();
    }

    private static MatchRules of(MatchResources resources, boolean open) {
        return new MatchRules(
                resources.resourceRules(),
                resources.excludeResourceRules(),
                open,
                resources.matchPolicy().equals("Exact"),
                Selector.of(resources.namespaceSelector()),
                Selector.of(resources.objectSelector()));
    }
}
