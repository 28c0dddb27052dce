package dev.quilla.apiserver.kinds;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.batch.v1.JobSpec;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What clients are told of objects that are taken: that something is on its way out, does nothing,
 * or is likely meant in another way. In the words of Kubernetes, so that tools know them.
 */
public final class KindWarnings {

    private static final int COMPLETIONS_MAX = 100_000;
    private static final int PARALLELISM_MAX = 10_000;
    private static final String INGRESS_CLASS = "kubernetes.io/ingress.class";
    private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String RESERVED = ".static.k8s.io";

    /** Who writes addresses in their canonical form. */
    private static final Set<String> CAREFUL =
            Set.of(
                    "endpointslice-controller.k8s.io",
                    "endpointslicemirroring-controller.k8s.io",
                    "endpoint-controller");

    private static final List<String> QUOTAS =
            List.of("cpu", "memory", "storage", "ephemeral-storage");

    private final Struct object;
    private final Optional<Struct> before;
    private final ObjectMeta metadata;
    private final List<String> told = new ArrayList<>();

    private KindWarnings(Struct object, Optional<Struct> before) {
        this.object = object;
        this.before = before;
        this.metadata = new ObjectMeta((Struct) object.at("metadata").orElseThrow());
    }

    /**
     * What is told of an object that is written.
     *
     * @param before what it was, if it is not new
     */
    public static List<String> of(GroupResource resource, Struct object, Optional<Struct> before) {
        KindWarnings warnings = new KindWarnings(object, before);
        warnings.look(resource.toString());
        return warnings.told;
    }

    /** What is told of a status that is written by way of its subresource. */
    public static List<String> ofStatus(GroupResource resource, Struct object) {
        List<String> told = new ArrayList<>();
        switch (resource.toString()) {
            case "pods" -> {
                addresses(object, "status.podIPs[].ip", told::add);
                addresses(object, "status.hostIPs[].ip", told::add);
            }
            case "services", "ingresses.networking.k8s.io" ->
                    walk(
                            object,
                            "status.loadBalancer.ingress[].ip",
                            (ip, at) ->
                                    AddressWarnings.ip(
                                            (String) ip,
                                            at.substring(0, at.lastIndexOf('.')),
                                            told::add));
            default -> {
                // Most kinds' statuses say nothing that could be said in another way.
            }
        }
        return told;
    }

    private void look(String resource) {
        switch (resource) {
            case "pods" -> pod();
            case "deployments.apps", "replicasets.apps", "replicationcontrollers" -> {
                named("Pod names and hostnames");
                template("spec.template");
            }
            case "daemonsets.apps" -> template("spec.template");
            case "podtemplates" -> template("template");
            case "statefulsets.apps" -> statefulSet(new StatefulSet(object));
            case "jobs.batch" -> {
                named("Pod names and hostnames");
                job("spec");
            }
            case "cronjobs.batch" -> {
                named("Pod names and hostnames");
                job("spec.jobTemplate.spec");
                if (before.isPresent() && object.text("spec", "schedule").contains("TZ")) {
                    told.add(
                            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead,"
                                    + " see https://kubernetes.io/docs/concepts/workloads/"
                                    + "controllers/cron-jobs/ for more details");
                }
            }
            case "customresourcedefinitions.apiextensions.k8s.io" ->
                    SchemaWarnings.check(object, before, told::add);
            case "services" -> ServiceWarnings.check(object, told::add);
            case "secrets" -> {
                if (object.text("type").equals("kubernetes.io/tls")) {
                    TlsWarnings.check(new Secret(object), told::add);
                }
            }
            case "persistentvolumes" ->
                    VolumeWarnings.volume(new PersistentVolume(object), told::add);
            case "persistentvolumeclaims" ->
                    VolumeWarnings.claim(new PersistentVolumeClaim(object), told::add);
            case "nodes" -> node(new Node(object));
            case "serviceaccounts" -> account();
            case "resourcequotas" -> quota();
            case "endpoints" -> {
                if (!CAREFUL.contains(label("endpoints.kubernetes.io/managed-by"))) {
                    addresses(object, "subsets[].addresses[].ip", told::add);
                    addresses(object, "subsets[].notReadyAddresses[].ip", told::add);
                }
            }
            case "endpointslices.discovery.k8s.io" -> slice();
            default -> lookElsewhere(resource);
        }
    }

    private void lookElsewhere(String resource) {
        switch (resource) {
            case "ingresses.networking.k8s.io" -> {
                boolean names = object.at("spec", "ingressClassName").isPresent();
                if (before.isEmpty()
                        && !names
                        && metadata.annotations().containsKey(INGRESS_CLASS)) {
                    told.add(
                            "annotation \""
                                    + INGRESS_CLASS
                                    + "\" is deprecated, please use 'spec.ingressClassName'"
                                    + " instead");
                }
            }
            case "networkpolicies.networking.k8s.io" -> {
                blocks("spec.ingress[].from[].ipBlock");
                blocks("spec.egress[].to[].ipBlock");
            }
            case "runtimeclasses.node.k8s.io" ->
                    walk(
                            object,
                            "scheduling.nodeSelector",
                            (labels, at) ->
                                    ((Map<?, ?>) labels)
                                            .keySet()
                                            .forEach(key -> label((String) key, at)));
            case "storageclasses.storage.k8s.io" ->
                    walk(
                            object,
                            "allowedTopologies[].matchLabelExpressions[].key",
                            (key, at) -> label((String) key, at));
            case "csistoragecapacities.storage.k8s.io" -> capacity();
            case "csidrivers.storage.k8s.io" -> driver();
            case "resourceslices.resource.k8s.io" -> {
                String driver = object.text("spec", "driver");
                if (driver.chars().anyMatch(Character::isUpperCase)) {
                    told.add(
                            "spec.driver: driver names should be lowercase; \""
                                    + driver
                                    + "\" contains uppercase characters");
                }
            }
            default -> {
                boolean admission = resource.endsWith(".admissionregistration.k8s.io");
                if (admission && metadata.name().endsWith(RESERVED)) {
                    told.add(
                            "metadata.name: names ending with \""
                                    + RESERVED
                                    + "\" are reserved for static manifest-based configurations and"
                                    + " cannot be managed via the API");
                }
            }
        }
    }

    private void pod() {
        if (before.isPresent()) {
            return; // It is kubelets and controllers that change pods, and often.
        }
        named("the Pod's hostname");
        PodWarnings.ofPod(new Pod(object).spec(), metadata, told::add);
    }

    /** A name that others are made of, which have to fit into DNS. */
    private void named(String use) {
        if (before.isPresent()) {
            return;
        }
        List<String> wrong = new ArrayList<>();
        String name = metadata.name();
        if (name.length() > Names.LABEL_MAX) {
            wrong.add("must be no more than " + Names.LABEL_MAX + " bytes");
        }
        if (name.contains(".")) {
            wrong.add("must not contain dots");
        }
        if (!wrong.isEmpty()) {
            told.add(
                    "metadata.name: this is used in "
                            + use
                            + ", which can result in surprising behavior; a DNS label is"
                            + " recommended: ["
                            + String.join(" ", wrong)
                            + "]");
        }
    }

    /** Whether it is new, or something else is wanted than before. */
    private boolean isOther() {
        return before.map(b ->
                        !b.find("spec").equals(object.find("spec"))
                                || !b.find("template").equals(object.find("template")))
                .orElse(true);
    }

    private void template(String path) {
        if (isOther()) {
            object.at(path.split("\\."))
                    .ifPresent(template ->
                            PodWarnings.ofTemplate(
                                    new PodTemplateSpec((Struct) template), path, told::add));
        }
    }

    private void statefulSet(StatefulSet set) {
        template("spec.template");
        for (int i = 0; i < set.spec().volumeClaimTemplates().size(); i++) {
            VolumeWarnings.claim(
                    set.spec().volumeClaimTemplates().get(i).spec(),
                    "spec.volumeClaimTemplates[" + i + "]" + (before.isPresent() ? ".Spec" : ""),
                    told::add);
        }
        if (set.spec().revisionHistoryLimit() < 0) {
            told.add(
                    "spec.revisionHistoryLimit: a negative value retains all historical revisions;"
                            + " a value >= 0 is recommended");
        }
    }

    private void job(String path) {
        if (!isOther()) {
            return;
        }
        JobSpec spec = new JobSpec((Struct) object.at(path.split("\\.")).orElseThrow());
        if (spec.completionMode().equals("Indexed")
                && spec.completions() > COMPLETIONS_MAX
                && spec.parallelism() > PARALLELISM_MAX) {
            told.add(
                    path
                            + ": In Indexed Jobs with a number of completions higher than 10^5 and"
                            + " a parallelism higher than 10^4, Kubernetes might not be able to"
                            + " track completedIndexes when a big number of indexes fail");
        }
        template(path + ".template");
    }

    private void node(Node node) {
        if (node.spec().hasConfigSource()) {
            told.add("spec.configSource: the feature is removed");
        }
        if (!node.spec().externalID().isEmpty()) {
            told.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
        }
        ranges("spec.podCIDRs[]");
    }

    private void account() {
        boolean had =
                before.flatMap(b -> b.at("metadata", "annotations"))
                        .filter(a -> ((Map<?, ?>) a).containsKey(MOUNTABLE))
                        .isPresent();
        if (!had && metadata.annotations().containsKey(MOUNTABLE)) {
            told.add(
                    "metadata.annotations["
                            + MOUNTABLE
                            + "]: deprecated in v1.32+; prefer separate namespaces to isolate"
                            + " access to mounted secrets");
        }
    }

    /** Requests that may be more than the limits altogether. */
    private void quota() {
        if (before.isPresent() || !(object.at("spec", "hard").orElse("") instanceof Map<?, ?> m)) {
            return;
        }
        for (String resource : QUOTAS) {
            String requests = "requests." + resource;
            boolean bare = resource.equals("cpu") || resource.equals("memory");
            if (!m.containsKey(requests) && bare) {
                requests = resource;
            }
            String limits = "limits." + resource;
            if (m.get(requests) instanceof Quantity request
                    && m.get(limits) instanceof Quantity limit
                    && request.compareTo(limit) > 0) {
                told.add(
                        "ResourceQuota %s (%s) should be less than %s (%s)"
                                .formatted(requests, request, limits, limit));
            }
        }
    }

    private void slice() {
        if (before.isEmpty() && object.text("addressType").equals("FQDN")) {
            told.add("spec.addressType: FQDN endpoints are deprecated");
        }
        if (!CAREFUL.contains(label(MANAGED_BY))) {
            addresses(object, "endpoints[].addresses[]", told::add);
        }
    }

    private void capacity() {
        walk(
                object,
                "nodeTopology.matchExpressions[].key",
                (key, at) -> NodeLabelWarnings.named((String) key, at, told::add));
        walk(
                object,
                "nodeTopology.matchLabels",
                (labels, at) ->
                        ((Map<?, ?>) labels)
                                .keySet()
                                .forEach(key -> label((String) key, at + "." + key)));
    }

    private void driver() {
        Optional<Object> requests = object.at("spec", "tokenRequests");
        boolean asBefore =
                before.filter(b -> b.at("spec", "tokenRequests").equals(requests)).isPresent();
        boolean any = requests.filter(r -> !((List<?>) r).isEmpty()).isPresent();
        if (any && !asBefore && object.at("spec", "serviceAccountTokenInSecrets").isEmpty()) {
            told.add(
                    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver,"
                            + " set to true to prevent possible logging of tokens in volume"
                            + " attributes");
        }
    }

    private void label(String label, String at) {
        NodeLabelWarnings.of(label).ifPresent(text -> told.add(at + ": " + text));
    }

    private String label(String key) {
        return metadata.labels().getOrDefault(key, "");
    }

    private void blocks(String path) {
        ranges(path + ".cidr");
        ranges(path + ".except[]");
    }

    private void ranges(String path) {
        walk(object, path, (cidr, at) -> AddressWarnings.cidr((String) cidr, at, told::add));
    }

    static void addresses(Struct object, String path, Consumer<String> tell) {
        walk(object, path, (ip, at) -> AddressWarnings.ip((String) ip, at, tell));
    }

    /** Goes to everything at a path, and tells where it stands. */
    private static void walk(Struct from, String path, BiConsumer<Object, String> visit) {
        FieldPath.of(path).walk(from, "", (value, at, _) -> visit.accept(value, at), List.of());
    }
}
