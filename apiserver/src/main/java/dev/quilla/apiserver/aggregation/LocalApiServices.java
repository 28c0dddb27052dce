package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.apiregistration.v1.APIService;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists what is served here among what is served, as others' groups are. Used by one thread. */
final class LocalApiServices {

    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

    /** Of groups that are built in: made again when they are missing. */
    private static final String BUILT_IN = "onstart";

    /** Of groups that users define: made and removed with the definitions. */
    private static final String DEFINED = "true";

    private static final Set<String> OWN_GROUPS =
            Schema.builtin().groups().stream()
                    .map(ApiGroup::name)
                    .collect(Collectors.toUnmodifiableSet());

    private static final int PRIORITY_OF_DEFINED = 1_000;
    private static final int VERSION_PRIORITY_OF_DEFINED = 100;
    private static final int PRIORITY_OF_OTHERS = 16_000;

    private static final Map<String, Integer> GROUP_PRIORITIES =
            Map.ofEntries(
                    Map.entry("", 18_000),
                    Map.entry("apps", 17_800),
                    Map.entry("events.k8s.io", 17_750),
                    Map.entry("authentication.k8s.io", 17_700),
                    Map.entry("authorization.k8s.io", 17_600),
                    Map.entry("autoscaling", 17_500),
                    Map.entry("batch", 17_400),
                    Map.entry("certificates.k8s.io", 17_300),
                    Map.entry("networking.k8s.io", 17_200),
                    Map.entry("policy", 17_100),
                    Map.entry("rbac.authorization.k8s.io", 17_000),
                    Map.entry("storage.k8s.io", 16_800),
                    Map.entry("apiextensions.k8s.io", 16_700),
                    Map.entry("admissionregistration.k8s.io", 16_700),
                    Map.entry("scheduling.k8s.io", 16_600),
                    Map.entry("coordination.k8s.io", 16_500),
                    Map.entry("node.k8s.io", 16_300),
                    Map.entry("discovery.k8s.io", 16_200),
                    Map.entry("flowcontrol.apiserver.k8s.io", 16_100),
                    Map.entry("metrics.k8s.io", 100));

    private static final Map<GroupVersion, Integer> VERSION_PRIORITIES =
            Map.of(
                    new GroupVersion("", "v1"), 1,
                    new GroupVersion("autoscaling", "v2"), 30,
                    new GroupVersion("metrics.k8s.io", "v1beta1"), 100);

    private static final int VERSION_PRIORITY = 15;

    private final ResourceRegistry registry;
    private final ApiServices services;
    private final ResourceClient<APIService> client;

    LocalApiServices(ResourceRegistry registry, ApiServices services, ApiClient client) {
        this.registry = registry;
        this.services = services;
        this.client = client.resource(Resources.API_SERVICES);
    }

    /** Makes what is missing, and removes what is no longer served. */
    void sync() {
        List<APIService> listed = services.all();
        Set<String> names = listed.stream().map(APIService::name).collect(Collectors.toSet());
        Set<String> served = new HashSet<>();
        for (ApiGroup group : registry.groups()) {
            for (String version : group.versions()) {
                GroupVersion gv = new GroupVersion(group.name(), version);
                served.add(ApiServices.name(gv));
                if (!names.contains(ApiServices.name(gv))) {
                    create(gv);
                }
            }
        }
        listed.stream()
                .filter(s -> DEFINED.equals(s.metadata().labels().get(MANAGED)))
                .filter(s -> !s.spec().hasService() && !served.contains(s.name()))
                .forEach(this::delete);
    }

    private void create(GroupVersion version) {
        boolean builtIn = OWN_GROUPS.contains(version.group());
        try {
            client.create(
                    APIService.builder()
                            .metadata(m ->
                                    m.name(ApiServices.name(version))
                                            .labels(Map.of(MANAGED, builtIn ? BUILT_IN : DEFINED)))
                            .spec(s ->
                                    s.group(version.group())
                                            .version(version.version())
                                            .groupPriorityMinimum(
                                                    builtIn
                                                            ? GROUP_PRIORITIES.getOrDefault(
                                                                    version.group(),
                                                                    PRIORITY_OF_OTHERS)
                                                            : PRIORITY_OF_DEFINED)
                                            .versionPriority(
                                                    builtIn
                                                            ? VERSION_PRIORITIES.getOrDefault(
                                                                    version, VERSION_PRIORITY)
                                                            : VERSION_PRIORITY_OF_DEFINED))
                            .build());
        } catch (ApiException e) {
            if (!e.isConflict()) {
                throw e;
            }
        }
    }

    private void delete(APIService service) {
        try {
            client.delete(service.key());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
