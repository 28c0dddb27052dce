package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.apiserver.admission.policy.PolicyKinds;
import dev.quilla.apiserver.admission.webhook.ConfigurationKind;
import dev.quilla.apiserver.aggregation.ApiServiceKind;
import dev.quilla.apiserver.custom.CustomResourceDefinitionKind;
import dev.quilla.apiserver.flow.FlowSchemaKind;
import dev.quilla.apiserver.flow.PriorityLevelKind;
import dev.quilla.model.GroupResource;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Which kinds have a behaviour of their own. */
public final class Kinds {

    private Kinds() {}

    /** All of them, by resource. */
    public static Map<GroupResource, KindBehaviour> behaviours(
            ServiceAddresses serviceAddresses, RandomGenerator random) {
        Map<GroupResource, KindBehaviour> all = new HashMap<>(StorageKinds.behaviours());
        all.putAll(others(serviceAddresses, random));
        return Map.copyOf(all);
    }

    private static Map<GroupResource, KindBehaviour> others(
            ServiceAddresses serviceAddresses, RandomGenerator random) {
        return Map.ofEntries(
                Map.entry(
                        new GroupResource("apiextensions.k8s.io", "customresourcedefinitions"),
                        new CustomResourceDefinitionKind()),
                Map.entry(
                        new GroupResource("flowcontrol.apiserver.k8s.io", "flowschemas"),
                        new FlowSchemaKind()),
                Map.entry(
                        new GroupResource(
                                "flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
                        new PriorityLevelKind()),
                Map.entry(core("pods"), new PodKind()),
                Map.entry(core("services"), new ServiceKind(serviceAddresses, random)),
                Map.entry(core("namespaces"), new NamespaceKind()),
                Map.entry(core("resourcequotas"), new ResourceQuotaKind()),
                Map.entry(core("replicationcontrollers"), new ReplicationControllerKind()),
                Map.entry(core("podtemplates"), new SimpleKinds.OfPodTemplate()),
                Map.entry(core("limitranges"), new LimitRangeKind()),
                Map.entry(
                        new GroupResource("networking.k8s.io", "servicecidrs"),
                        new ServiceRangeKind()),
                Map.entry(
                        new GroupResource("networking.k8s.io", "networkpolicies"),
                        new NetworkPolicyKind()),
                Map.entry(
                        new GroupResource("networking.k8s.io", "ingressclasses"),
                        DefaultedKind.of(set("spec.parameters.scope", "Cluster"))),
                Map.entry(
                        new GroupResource("scheduling.k8s.io", "priorityclasses"),
                        DefaultedKind.of(set("preemptionPolicy", "PreemptLowerPriority"))),
                Map.entry(
                        new GroupResource("resource.k8s.io", "resourceclaims"),
                        DeviceKinds.claims("spec.devices.requests[]")),
                Map.entry(
                        new GroupResource("resource.k8s.io", "resourceclaimtemplates"),
                        DeviceKinds.claims("spec.spec.devices.requests[]")),
                Map.entry(core("configmaps"), new SimpleKinds.OfConfigMap()),
                Map.entry(core("secrets"), new SimpleKinds.OfSecret()),
                Map.entry(core("componentstatuses"), new SimpleKinds.OfComponentStatuses()),
                Map.entry(core("nodes"), new SimpleKinds.OfNode()),
                Map.entry(core("endpoints"), new SimpleKinds.OfEndpoints()),
                Map.entry(
                        new GroupResource("discovery.k8s.io", "endpointslices"),
                        new SimpleKinds.OfEndpointSlice()),
                Map.entry(
                        new GroupResource("autoscaling", "horizontalpodautoscalers"),
                        new AutoscalerKind()),
                Map.entry(
                        new GroupResource("certificates.k8s.io", "certificatesigningrequests"),
                        new CertificateRequestKind()),
                Map.entry(admission("validatingadmissionpolicies"), new PolicyKinds.OfValidating()),
                Map.entry(
                        admission("validatingadmissionpolicybindings"),
                        new PolicyKinds.OfValidatingBinding()),
                Map.entry(admission("mutatingadmissionpolicies"), new PolicyKinds.OfMutating()),
                Map.entry(
                        admission("mutatingadmissionpolicybindings"),
                        new PolicyKinds.OfMutatingBinding()),
                Map.entry(admission("mutatingwebhookconfigurations"), new ConfigurationKind(true)),
                Map.entry(
                        admission("validatingwebhookconfigurations"), new ConfigurationKind(false)),
                Map.entry(
                        new GroupResource("apiregistration.k8s.io", "apiservices"),
                        new ApiServiceKind()),
                Map.entry(rbac("rolebindings"), new SimpleKinds.OfRoleBinding()),
                Map.entry(rbac("clusterrolebindings"), new SimpleKinds.OfClusterRoleBinding()),
                Map.entry(apps("deployments"), new DeploymentKind()),
                Map.entry(apps("replicasets"), new ReplicaSetKind()),
                Map.entry(apps("statefulsets"), new StatefulSetKind()),
                Map.entry(apps("daemonsets"), new DaemonSetKind()),
                Map.entry(batch("jobs"), new JobKinds.OfJob()),
                Map.entry(batch("cronjobs"), new JobKinds.OfCronJob()));
    }

    private static GroupResource core(String resource) {
        return new GroupResource("", resource);
    }

    private static GroupResource admission(String resource) {
        return new GroupResource("admissionregistration.k8s.io", resource);
    }

    private static GroupResource batch(String resource) {
        return new GroupResource("batch", resource);
    }

    private static GroupResource apps(String resource) {
        return new GroupResource("apps", resource);
    }

    private static GroupResource rbac(String resource) {
        return new GroupResource("rbac.authorization.k8s.io", resource);
    }
}
