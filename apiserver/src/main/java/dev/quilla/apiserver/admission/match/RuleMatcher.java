package dev.quilla.apiserver.admission.match;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.NamedRuleWithOperations;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out which requests rules and selectors choose. Thread-safe. */
public final class RuleMatcher {

    private static final String GROUP = "admissionregistration.k8s.io";

    /** Nobody could repair a configuration that keeps itself from being changed. */
    private static final Set<String> EXEMPT =
            Set.of(
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "mutatingadmissionpolicies",
                    "mutatingadmissionpolicybindings",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings");

    private final ResourceRegistry registry;
    private final ObjectStore objects;
    private final ApiResource namespaces =
            Schema.builtin().find(Resources.NAMESPACES.gvr()).orElseThrow();

    /** Knows equivalent versions from a registry, and namespaces from a store. */
    public RuleMatcher(ResourceRegistry registry, ObjectStore objects) {
        this.registry = registry;
        this.objects = objects;
    }

    /** Whether configurations may see a request at all. */
    public static boolean isOpen(Request request) {
        RequestInfo info = request.call().info();
        boolean exempt = info.group().equals(GROUP) && EXEMPT.contains(info.resource());
        return !exempt && !request.followsFromScale();
    }

    /**
     * What is looked at, if a request is chosen.
     *
     * @param object what is sent; empty for deletions
     * @throws dev.quilla.model.ApiException if the request's namespace is not there
     */
    public Optional<Subject> match(MatchRules rules, Request request, Optional<Struct> object) {
        String name = name(request, object);
        Optional<ServedResource> version =
                rules.open() && rules.rules().isEmpty()
                        ? Optional.of(request.resource())
                        : version(rules.rules(), rules.exact(), request, name);
        return version.filter(
                        as -> version(rules.exclusions(), rules.exact(), request, name).isEmpty())
                .filter(as -> inNamespace(rules.namespaces(), request, object))
                .filter(as -> hasLabels(rules.objects(), request, object))
                .map(as -> new Subject(request, as, object));
    }

    private static String name(Request request, Optional<Struct> object) {
        String asked = request.call().info().name();
        return asked.isEmpty()
                ? object.or(request::before).map(o -> o.text("metadata", "name")).orElse("")
                : asked;
    }

    private Optional<ServedResource> version(
            List<NamedRuleWithOperations> rules, boolean exact, Request request, String name) {
        GroupVersionResource asked = request.call().info().gvr();
        for (NamedRuleWithOperations rule : rules) {
            if (covers(rule, request, name, asked)) {
                return Optional.of(request.resource());
            }
        }
        boolean elsewhere =
                !exact
                        && request.resource().type().gvr().equals(asked)
                        && rules.stream().anyMatch(rule -> coversSomeVersion(rule, request));
        if (!elsewhere) {
            return Optional.empty();
        }
        List<ServedResource> others = registry.otherVersions(request.resource());
        return rules.stream()
                .flatMap(rule ->
                        others.stream().filter(o -> covers(rule, request, name, o.type().gvr())))
                .findFirst();
    }

    /** Rules out most without looking for other versions. */
    private static boolean coversSomeVersion(NamedRuleWithOperations rule, Request request) {
        RequestInfo info = request.call().info();
        return among(rule.operations(), request.operation().name())
                && rule.resources().stream()
                        .anyMatch(r -> names(r, info.resource(), info.subresource()));
    }

    private static boolean covers(
            NamedRuleWithOperations rule,
            Request request,
            String name,
            GroupVersionResource resource) {
        RequestInfo info = request.call().info();
        return among(rule.apiGroups(), resource.group())
                && among(rule.apiVersions(), resource.version())
                && among(rule.operations(), request.operation().name())
                && rule.resources().stream()
                        .anyMatch(r -> names(r, resource.resource(), info.subresource()))
                && inScope(rule.scope(), info)
                && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(name));
    }

    private static boolean among(List<String> words, String word) {
        return words.contains("*") || words.contains(word);
    }

    /** {@code pods}, {@code pods/log}, {@code pods/*}, {@code *&#47;scale}, {@code *&#47;*}. */
    private static boolean names(String pattern, String resource, String subresource) {
        int slash = pattern.indexOf('/');
        String wanted = slash < 0 ? pattern : pattern.substring(0, slash);
        String part = slash < 0 ? "" : pattern.substring(slash + 1);
        return (wanted.equals("*") || wanted.equals(resource))
                && (part.equals("*") || part.equals(subresource));
    }

    private static boolean isNamespace(RequestInfo info) {
        return info.group().isEmpty() && info.resource().equals("namespaces");
    }

    private static boolean inScope(String scope, RequestInfo info) {
        boolean ofCluster = isNamespace(info) || info.namespace().isEmpty();
        return switch (scope) {
            case "Cluster" -> ofCluster;
            case "Namespaced" -> !ofCluster;
            default -> true;
        };
    }

    private boolean inNamespace(Selector selector, Request request, Optional<Struct> object) {
        if (selector.requirements().isEmpty()) {
            return true;
        }
        RequestInfo info = request.call().info();
        if (isNamespace(info)) {
            return selector.matches(labels(object.or(request::before)));
        }
        return info.namespace().isEmpty()
                || selector.matches(labels(Optional.of(namespace(info.namespace()))));
    }

    /**
     * The namespace of that name.
     *
     * @throws dev.quilla.model.ApiException if it is not there
     */
    public Struct namespace(String name) {
        ObjectKey key = ObjectKey.cluster(name);
        return objects.find(objects.local(), namespaces, key)
                .or(() -> objects.find(objects.newest(), namespaces, key))
                .map(Stored::object)
                .orElseThrow(() -> ApiErrors.notFound(namespaces.gvr().groupResource(), name));
    }

    private static boolean hasLabels(Selector selector, Request request, Optional<Struct> object) {
        return selector.requirements().isEmpty()
                || matches(selector, object)
                || matches(selector, request.before());
    }

    private static boolean matches(Selector selector, Optional<Struct> object) {
        return object.filter(o -> o.has("metadata"))
                .filter(o -> selector.matches(labels(Optional.of(o))))
                .isPresent();
    }

    private static Map<String, String> labels(Optional<Struct> object) {
        return object.flatMap(o -> o.find("metadata"))
                .map(m -> new ObjectMeta((Struct) m).labels())
                .orElse(Map.of());
    }
}
