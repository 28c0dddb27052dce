package dev.quilla.controller;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceCondition;
import java.time.Instant;
import java.util.List;

/** A server on this machine that a test cluster knows as that of a group, behind a service. */
public final class RegisteredServer {

    private final TestCluster cluster;
    private final ObjectKey key;

    /**
     * Registers it.
     *
     * @param service its service in the namespace {@code default}
     */
    public RegisteredServer(
            TestCluster cluster,
            String version,
            String group,
            String service,
            int port,
            String caBundle) {
        this.cluster = cluster;
        this.key = ObjectKey.cluster(version + "." + group);
        cluster.create(
                Resources.SERVICES,
                "metadata: {name: %s}\nspec: {clusterIP: None, ports: [{port: 443}]}"
                        .formatted(service));
        cluster.create(
                Resources.ENDPOINT_SLICES,
                """
                metadata: {name: %1$s-1, labels: {kubernetes.io/service-name: %1$s}}
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1]}]
                ports: [{name: '', port: %2$d}]
                """
                        .formatted(service, port));
        cluster.create(
                Resources.API_SERVICES,
                """
                metadata: {name: %s}
                spec:
                  {group: %s, version: %s, groupPriorityMinimum: 10, versionPriority: 10,
                  caBundle: %s, service: {namespace: default, name: %s}}
                """
                        .formatted(key.name(), group, version, caBundle, service));
    }

    /** Says whether it can be used. */
    public void available(boolean is) {
        var services = cluster.client.resource(Resources.API_SERVICES);
        APIService service = services.get(key);
        APIServiceCondition condition =
                APIServiceCondition.builder()
                        .type("Available")
                        .status(is ? "True" : "False")
                        .lastTransitionTime(Instant.parse("2030-01-02T03:04:05Z"))
                        .build();
        services.updateStatus(
                service.toBuilder().status(s -> s.conditions(List.of(condition))).build());
    }
}
