package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.amount;
import static dev.quilla.apiserver.kinds.FieldRules.atLeast;
import static dev.quilla.apiserver.kinds.FieldRules.between;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.selector;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.FieldRules.unique;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of single fields, by kind, with the limits and words of Kubernetes. */
public final class KindRules {

    /** Of a pod's specification, wherever it stands. */
    static final FieldRules POD_SPEC =
            FieldRules.of(
                    between("securityContext.runAsUser", 0, Integer.MAX_VALUE),
                    between("securityContext.runAsGroup", 0, Integer.MAX_VALUE),
                    between("securityContext.fsGroup", 0, Integer.MAX_VALUE),
                    part("", PodPartRules::names),
                    part("", PodPartRules::host),
                    part("", PodPartRules::processes),
                    part("", PodPartRules::gates),
                    part("", PodPartRules::spread),
                    part("", PodPartRules::claims),
                    part("tolerations[]", PodPartRules::toleration),
                    part("securityContext.seccompProfile", ContainerRules::seccomp),
                    part("securityContext.appArmorProfile", ContainerRules::appArmor),
                    between("securityContext.supplementalGroups[]", 0, Integer.MAX_VALUE),
                    text("securityContext.sysctls[].name", FormRules::sysctl),
                    unique("securityContext.sysctls", "name"),
                    text("dnsConfig.nameservers[]", AddressRules::ip),
                    text("hostAliases[].ip", AddressRules::ip),
                    text("hostAliases[].hostnames[]", Names::subdomain),
                    text("readinessGates[].conditionType", Names::qualified),
                    part("os", PodPartRules::system),
                    text("hostnameOverride", Names::subdomain),
                    text("nodeName", Names::subdomain),
                    text("subdomain", Names::label),
                    text("serviceAccountName", Names::subdomain),
                    text("priorityClassName", Names::subdomain),
                    text("runtimeClassName", Names::subdomain),
                    part("", PodResizeRules::policies),
                    oneOf("tolerations[].operator", "Equal", "Exists", "Gt", "Lt"),
                    oneOf("tolerations[].effect", "NoSchedule", "PreferNoSchedule", "NoExecute"),
                    text("tolerations[].key", Names::qualified),
                    text("tolerations[].value", Names::labelValue),
                    atLeast("topologySpreadConstraints[].maxSkew", 1),
                    atLeast("topologySpreadConstraints[].minDomains", 1),
                    required("topologySpreadConstraints[].topologyKey", ""),
                    selector("topologySpreadConstraints[].labelSelector"),
                    between(
                            "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
                            1,
                            100),
                    between(
                            "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
                            1,
                            100),
                    between(
                            "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight",
                            1,
                            100),
                    part(
                            "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[]",
                            PodPartRules::term),
                    part(
                            "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm",
                            PodPartRules::term),
                    part(
                            "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[]",
                            PodPartRules::term),
                    part(
                            "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm",
                            PodPartRules::term),
                    part(
                            "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                            NodeSelectorRules::selector),
                    part(
                            "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].preference",
                            NodeSelectorRules::term),
                    required(
                            "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].topologyKey",
                            "can not be empty"),
                    required(
                            "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].topologyKey",
                            "can not be empty"));

    /** Of a job's specification, wherever it stands. */
    static final FieldRules JOB_SPEC =
            FieldRules.of(
                    atLeast("parallelism", 0),
                    atLeast("completions", 0),
                    atLeast("activeDeadlineSeconds", 0),
                    atLeast("backoffLimit", 0),
                    atLeast("backoffLimitPerIndex", 0),
                    atLeast("maxFailedIndexes", 0),
                    atLeast("ttlSecondsAfterFinished", 0));

    private static final FieldRules POLICIES =
            FieldRules.of(
                    selector("spec.matchConstraints.namespaceSelector"),
                    selector("spec.matchConstraints.objectSelector"));

    private static final FieldRules BINDINGS =
            FieldRules.of(
                    selector("spec.matchResources.namespaceSelector"),
                    selector("spec.matchResources.objectSelector"),
                    selector("spec.paramRef.selector"));

    private static final FieldRules WEBHOOKS =
            FieldRules.of(
                    selector("webhooks[].namespaceSelector"),
                    selector("webhooks[].objectSelector"));

    private static final Map<String, FieldRules> BY_RESOURCE =
            Map.ofEntries(
                    Map.entry(
                            "deployments.apps",
                            FieldRules.of(
                                    selector("spec.selector"),
                                    atLeast("spec.minReadySeconds", 0),
                                    atLeast("spec.revisionHistoryLimit", 0),
                                    atLeast("spec.progressDeadlineSeconds", 0),
                                    amount("spec.strategy.rollingUpdate.maxSurge"),
                                    amount("spec.strategy.rollingUpdate.maxUnavailable"),
                                    text(
                                            "spec.strategy.rollingUpdate.maxUnavailable",
                                            FormRules::notAboveAll),
                                    part("spec", WorkloadRules::deadline))),
                    Map.entry(
                            "replicasets.apps",
                            FieldRules.of(
                                    selector("spec.selector"), atLeast("spec.minReadySeconds", 0))),
                    Map.entry(
                            "replicationcontrollers",
                            FieldRules.of(atLeast("spec.minReadySeconds", 0))),
                    Map.entry(
                            "statefulsets.apps",
                            FieldRules.of(
                                    selector("spec.selector"),
                                    atLeast("spec.minReadySeconds", 0),
                                    atLeast("spec.revisionHistoryLimit", 0),
                                    atLeast("spec.ordinals.start", 0),
                                    oneOf(
                                            "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
                                            "Delete",
                                            "Retain"),
                                    oneOf(
                                            "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
                                            "Delete",
                                            "Retain"),
                                    atLeast("spec.updateStrategy.rollingUpdate.partition", 0),
                                    part("spec.updateStrategy", WorkloadRules::strategy),
                                    amount("spec.updateStrategy.rollingUpdate.maxUnavailable"))),
                    Map.entry(
                            "daemonsets.apps",
                            FieldRules.of(
                                    selector("spec.selector"),
                                    atLeast("spec.minReadySeconds", 0),
                                    atLeast("spec.revisionHistoryLimit", 0),
                                    amount("spec.updateStrategy.rollingUpdate.maxSurge"),
                                    amount("spec.updateStrategy.rollingUpdate.maxUnavailable"),
                                    text(
                                            "spec.updateStrategy.rollingUpdate.maxSurge",
                                            FormRules::notAboveAll),
                                    text(
                                            "spec.updateStrategy.rollingUpdate.maxUnavailable",
                                            FormRules::notAboveAll),
                                    part(
                                            "spec.updateStrategy.rollingUpdate",
                                            WorkloadRules::ofDaemons))),
                    Map.entry("validatingadmissionpolicies.admissionregistration.k8s.io", POLICIES),
                    Map.entry("mutatingadmissionpolicies.admissionregistration.k8s.io", POLICIES),
                    Map.entry(
                            "validatingadmissionpolicybindings.admissionregistration.k8s.io",
                            BINDINGS),
                    Map.entry(
                            "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
                            BINDINGS),
                    Map.entry(
                            "mutatingwebhookconfigurations.admissionregistration.k8s.io", WEBHOOKS),
                    Map.entry(
                            "validatingwebhookconfigurations.admissionregistration.k8s.io",
                            WEBHOOKS),
                    Map.entry(
                            "cronjobs.batch",
                            FieldRules.of(
                                    text("metadata.name", FormRules::cronJobName),
                                    required("spec.schedule", ""),
                                    text("spec.schedule", CronRules::schedule),
                                    text("spec.timeZone", FormRules::timeZone),
                                    oneOf("spec.concurrencyPolicy", "Allow", "Forbid", "Replace"),
                                    atLeast("spec.startingDeadlineSeconds", 0),
                                    atLeast("spec.successfulJobsHistoryLimit", 0),
                                    atLeast("spec.failedJobsHistoryLimit", 0))),
                    Map.entry(
                            "horizontalpodautoscalers.autoscaling",
                            FieldRules.of(
                                    atLeast("spec.minReplicas", 1),
                                    atLeast("spec.maxReplicas", 1),
                                    required("spec.scaleTargetRef.kind", ""),
                                    required("spec.scaleTargetRef.name", ""))),
                    Map.entry(
                            "services",
                            FieldRules.of(
                                    oneOf("spec.sessionAffinity", "ClientIP", "None"),
                                    between(
                                            "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                                            1,
                                            86_400),
                                    oneOf("spec.ports[].protocol", "SCTP", "TCP", "UDP"))));

    /** All kinds' rules; a kind stands in one table only. */
    private static final Map<String, FieldRules> ALL =
            Stream.of(
                            BY_RESOURCE,
                            AccessRules.BY_RESOURCE,
                            ClusterRules.BY_RESOURCE,
                            DeviceRules.BY_RESOURCE,
                            EventRules.BY_RESOURCE,
                            NetworkRules.BY_RESOURCE,
                            StorageRules.BY_RESOURCE)
                    .flatMap(table -> table.entrySet().stream())
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private KindRules() {}

    /** What is wrong with an object of a resource, as far as single fields go. */
    public static List<FieldError> check(
            GroupResource resource, Struct object, Optional<Struct> before) {
        return ALL.getOrDefault(resource.toString(), FieldRules.NONE).check(object, before);
    }

    /** Whether a resource's objects have rules of their own here. */
    static boolean hasRules(GroupResource resource) {
        return ALL.containsKey(resource.toString());
    }
}
