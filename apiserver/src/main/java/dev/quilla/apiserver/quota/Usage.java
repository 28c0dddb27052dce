package dev.quilla.apiserver.quota;

import dev.quilla.model.GroupResource;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.core.v1.ServiceSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What an object uses, by the names that quotas have for it. */
final class Usage {

    static final GroupResource PODS = new GroupResource("", "pods");
    static final GroupResource SERVICES = new GroupResource("", "services");
    static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    static final Set<GroupResource> MEASURED = Set.of(PODS, SERVICES, CLAIMS);
    static final Quantity ONE = Quantity.of(1);

    /** What has a name of its own beside {@code count/...}. */
    private static final Set<String> NAMED =
            Set.of(
                    "pods",
                    "services",
                    "persistentvolumeclaims",
                    "replicationcontrollers",
                    "resourcequotas",
                    "secrets",
                    "configmaps");

    private static final String COUNT = "count/";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";

    private Usage() {}

    /** How a quota calls the number of objects of a resource. */
    static String countOf(GroupResource resource) {
        return COUNT + resource;
    }

    /**
     * The resource whose objects are merely counted under a name; others are measured one by one.
     */
    static Optional<GroupResource> counted(String name) {
        GroupResource resource;
        if (name.startsWith(COUNT)) {
            String[] parts = name.substring(COUNT.length()).split("\\.", 2);
            resource = new GroupResource(parts.length > 1 ? parts[1] : "", parts[0]);
        } else if (NAMED.contains(name)) {
            resource = new GroupResource("", name);
        } else {
            return Optional.empty();
        }
        return Optional.of(resource).filter(r -> !MEASURED.contains(r));
    }

    /** Everything that an object uses. */
    static Map<String, Quantity> of(GroupResource resource, Struct object) {
        Map<String, Quantity> used = new TreeMap<>();
        used.put(countOf(resource), ONE);
        if (resource.equals(PODS)) {
            used.putAll(PodUsage.of(new Pod(object)));
        } else {
            if (resource.group().isEmpty() && NAMED.contains(resource.resource())) {
                used.put(resource.resource(), ONE);
            }
            if (resource.equals(SERVICES)) {
                ports(new Service(object).spec(), used);
            } else if (resource.equals(CLAIMS)) {
                storage(new PersistentVolumeClaim(object), used);
            }
        }
        return used;
    }

    /** Whether a change of an object can change what it uses. */
    static boolean mayChange(GroupResource resource, Struct before, Struct after) {
        if (resource.equals(PODS)) {
            return PodUsage.isOver(new Pod(before)) != PodUsage.isOver(new Pod(after))
                    || !before.find("spec").equals(after.find("spec"));
        }
        return (resource.equals(SERVICES) || resource.equals(CLAIMS))
                && !before.find("spec").equals(after.find("spec"));
    }

    private static void ports(ServiceSpec spec, Map<String, Quantity> used) {
        boolean balanced = spec.type().equals("LoadBalancer");
        if (balanced) {
            used.put("services.loadbalancers", ONE);
        }
        boolean all =
                spec.type().equals("NodePort")
                        || (balanced
                                && (!spec.hasAllocateLoadBalancerNodePorts()
                                        || spec.allocateLoadBalancerNodePorts()));
        long ports =
                all
                        ? spec.ports().size()
                        : spec.ports().stream().filter(p -> p.nodePort() != 0).count();
        used.put("services.nodeports", Quantity.of(ports));
    }

    private static void storage(PersistentVolumeClaim claim, Map<String, Quantity> used) {
        Quantity wanted =
                claim.spec().resources().requests().getOrDefault("storage", Quantity.ZERO);
        used.put(STORAGE, wanted);
        String storageClass = claim.spec().storageClassName();
        if (!storageClass.isEmpty()) {
            used.put(storageClass + OF_CLASS + STORAGE, wanted);
            used.put(storageClass + OF_CLASS + "persistentvolumeclaims", ONE);
        }
    }
}
