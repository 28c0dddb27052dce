package dev.quilla.apiserver.auth;

import dev.quilla.model.rbac.v1.PolicyRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** Which rules go beyond others: nobody may give away what they do not have. */
public final class RuleCoverage {

    /** Rules that allow everything. */
    public static final List<PolicyRule> EVERYTHING =
            List.of(
                    PolicyRule.builder()
                            .apiGroups(List.of("*"))
                            .resources(List.of("*"))
                            .verbs(List.of("*"))
                            .build(),
                    PolicyRule.builder().nonResourceURLs(List.of("*")).verbs(List.of("*")).build());

    private RuleCoverage() {}

    /**
     * What rules allow that others do not.
     *
     * @return as Kubernetes words it, sorted; empty if they allow no more
     */
    public static List<String> missing(List<PolicyRule> wanted, List<PolicyRule> held) {
        TreeSet<String> lines = new TreeSet<>();
        missingRules(wanted, held).forEach(rule -> lines.add(text(rule)));
        return List.copyOf(lines);
    }

    /** What rules allow that others do not, as rules of one resource each. */
    public static List<PolicyRule> missingRules(List<PolicyRule> wanted, List<PolicyRule> held) {
        Map<PolicyRule, List<String>> verbs = new LinkedHashMap<>();
        for (PolicyRule rule : wanted) {
            for (PolicyRule single : singles(rule)) {
                if (held.stream().noneMatch(h -> covers(h, single))) {
                    verbs.computeIfAbsent(
                                    single.toBuilder().clearVerbs().build(), r -> new ArrayList<>())
                            .add(single.verbs().getFirst());
                }
            }
        }
        List<PolicyRule> missing = new ArrayList<>();
        verbs.forEach((rule, all) ->
                missing.add(rule.toBuilder().verbs(all.stream().distinct().toList()).build()));
        return missing;
    }

    /**
     * Rules without what others allow. One of which nothing is taken stays as it is; what is left
     * of another is told as rules of one resource each. A rule for everything (*) keeps what is
     * taken: one resource can't be excepted from it. A taken rule for everything takes only such
     * rules, not those that name resources.
     */
    public static List<PolicyRule> without(List<PolicyRule> rules, List<PolicyRule> taken) {
        List<PolicyRule> left = new ArrayList<>();
        for (PolicyRule rule : rules) {
            List<PolicyRule> meant =
                    taken.stream().filter(t -> !isForAll(t) || isForAll(rule)).toList();
            boolean touched =
                    singles(rule).stream()
                            .anyMatch(s -> meant.stream().anyMatch(t -> covers(t, s)));
            left.addAll(touched ? missingRules(List.of(rule), meant) : List.of(rule));
        }
        return left;
    }

    private static boolean isForAll(PolicyRule rule) {
        return rule.resources().contains("*");
    }

    /** A rule as rules of one verb, one resource or path, and at most one name each. */
    private static List<PolicyRule> singles(PolicyRule rule) {
        List<PolicyRule> singles = new ArrayList<>();
        for (String verb : rule.verbs()) {
            for (String group : rule.apiGroups()) {
                for (String resource : rule.resources()) {
                    PolicyRule.Builder single =
                            PolicyRule.builder()
                                    .apiGroups(List.of(group))
                                    .resources(List.of(resource))
                                    .verbs(List.of(verb));
                    if (rule.resourceNames().isEmpty()) {
                        singles.add(single.build());
                    }
                    for (String name : rule.resourceNames()) {
                        singles.add(single.resourceNames(List.of(name)).build());
                    }
                }
            }
            for (String url : rule.nonResourceURLs()) {
                singles.add(
                        PolicyRule.builder()
                                .nonResourceURLs(List.of(url))
                                .verbs(List.of(verb))
                                .build());
            }
        }
        return singles;
    }

    private static boolean covers(PolicyRule held, PolicyRule single) {
        return covers(held.verbs(), single.verbs(), String::equals)
                && covers(held.apiGroups(), single.apiGroups(), String::equals)
                && covers(held.resources(), single.resources(), RuleCoverage::isSubresourceOf)
                && covers(held.nonResourceURLs(), single.nonResourceURLs(), RuleCoverage::isBelow)
                && (held.resourceNames().isEmpty()
                        || (!single.resourceNames().isEmpty()
                                && held.resourceNames().containsAll(single.resourceNames())));
    }

    private static boolean covers(
            List<String> held, List<String> single, BiPredicate<String, String> covers) {
        return single.stream()
                .allMatch(s ->
                        held.stream()
                                .anyMatch(h -> h.equals("*") || h.equals(s) || covers.test(h, s)));
    }

    private static boolean isSubresourceOf(String held, String resource) {
        int slash = resource.indexOf('/');
        return held.startsWith("*/")
                && slash > 0
                && held.substring(2).equals(resource.substring(slash + 1));
    }

    private static boolean isBelow(String held, String url) {
        return held.endsWith("*") && url.startsWith(held.substring(0, held.length() - 1));
    }

    private static String text(PolicyRule rule) {
        List<String> parts = new ArrayList<>();
        add(parts, "APIGroups", rule.apiGroups());
        add(parts, "Resources", rule.resources());
        add(parts, "NonResourceURLs", rule.nonResourceURLs());
        add(parts, "ResourceNames", rule.resourceNames());
        add(parts, "Verbs", rule.verbs());
        return "{" + String.join(", ", parts) + "}";
    }

    private static void add(List<String> parts, String name, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(name + ":" + quoted(values));
        }
    }

    /** A list of texts as Kubernetes shows it. */
    public static String quoted(List<String> values) {
        return values.stream().map(v -> "\"" + v + "\"").collect(Collectors.joining(" ", "[", "]"));
    }
}
