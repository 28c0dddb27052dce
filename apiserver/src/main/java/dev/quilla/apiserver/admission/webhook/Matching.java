package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.admissionregistration.v1.RuleWithOperations;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which requests a webhook's rules and selectors choose. Thread-safe. */
final class Matching {

    private static final String GROUP = "admissionregistration.k8s.io";

    /** Nobody could repair a webhook that keeps its own configuration from being changed. */
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

    Matching(ResourceRegistry registry, ObjectStore objects) {
        this.registry = registry;
        this.objects = objects;
    }

    /** Whether webhooks may see a request at all. */
    static boolean isOpen(Request request) {
        RequestInfo info = request.call().info();
        boolean exempt = info.group().equals(GROUP) && EXEMPT.contains(info.resource());
        return !exempt && !request.followsFromScale();
    }

    /**
     * What a webhook looks at, if a request is its business.
     *
     * @throws dev.quilla.model.ApiException if the request's namespace is not there
     */
    Optional<Subject> match(Webhook hook, Request request, Optional<Struct> object) {
        return version(hook, request)
                .filter(as -> inNamespace(hook.namespaces(), request, object))
                .filter(as -> hasLabels(hook.objects(), request, object))
                .map(as -> new Subject(request, as, object));
    }

    private Optional<ServedResource> version(Webhook hook, Request request) {
        GroupVersionResource asked = request.call().info().gvr();
        for (RuleWithOperations rule : hook.rules()) {
            if (covers(rule, request, asked)) {
                return Optional.of(request.resource());
            }
        }
        boolean elsewhere =
                !hook.exact()
                        && request.resource().type().gvr().equals(asked)
                        && hook.rules().stream().anyMatch(rule -> coversUnversioned(rule, request));
        if (!elsewhere) {
            return Optional.empty();
        }
        return hook.rules().stream()
                .flatMap(rule ->
                        registry.otherVersions(request.resource()).stream()
                                .filter(other -> covers(rule, request, other.type().gvr())))
                .findFirst();
    }

    /** Rules out most without looking for other versions. */
    private static boolean coversUnversioned(RuleWithOperations rule, Request request) {
        RequestInfo info = request.call().info();
        return among(rule.operations(), request.operation().name())
                && rule.resources().stream()
                        .anyMatch(r -> names(r, info.resource(), info.subresource()));
    }

    private static boolean covers(
            RuleWithOperations rule, Request request, GroupVersionResource resource) {
        RequestInfo info = request.call().info();
        return among(rule.apiGroups(), resource.group())
                && among(rule.apiVersions(), resource.version())
                && among(rule.operations(), request.operation().name())
                && rule.resources().stream()
                        .anyMatch(r -> names(r, resource.resource(), info.subresource()))
                && inScope(rule.scope(), info);
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
        return info.namespace().isEmpty() || selector.matches(labelsOf(info.namespace()));
    }

    private Map<String, String> labelsOf(String namespace) {
        ObjectKey key = ObjectKey.cluster(namespace);
        return objects.find(objects.local(), namespaces, key)
                .or(() -> objects.find(objects.newest(), namespaces, key))
                .map(n -> new Namespace(n.object()).metadata().labels())
                .orElseThrow(() -> ApiErrors.notFound(namespaces.gvr().groupResource(), namespace));
    }

    private static boolean hasLabels(Selector selector, Request request, Optional<Struct> object) {
        return selector.requirements().isEmpty()
                || object.filter(o -> o.find("metadata").isPresent())
                        .filter(o -> selector.matches(labels(Optional.of(o))))
                        .isPresent()
                || request.before()
                        .filter(b -> selector.matches(labels(Optional.of(b))))
                        .isPresent();
    }

    private static Map<String, String> labels(Optional<Struct> object) {
        return object.flatMap(o -> o.find("metadata"))
                .map(m -> new ObjectMeta((Struct) m).labels())
                .orElse(Map.of());
    }
}
