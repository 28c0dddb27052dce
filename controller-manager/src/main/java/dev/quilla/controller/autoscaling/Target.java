package dev.quilla.controller.autoscaling;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.controller.ServedKinds;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.autoscaling.v2.CrossVersionObjectReference;
import dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.Optional;

/** What is scaled, by way of its {@code scale}. */
final class Target {

    private final ApiClient client;
    private final String path;

    private Target(ApiClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /**
     * The target that an autoscaler names, of whatever kind; empty if nothing of that kind can be
     * scaled.
     *
     * @throws ApiException if nobody can say now
     */
    static Optional<Target> of(
            ApiClient client, ServedKinds kinds, HorizontalPodAutoscaler autoscaler) {
        CrossVersionObjectReference reference = autoscaler.spec().scaleTargetRef();
        GroupVersion version = GroupVersion.parse(reference.apiVersion());
        return kinds.find(version, reference.kind())
                .filter(kind -> kind.subresources().contains("scale"))
                .map(kind ->
                        new Target(
                                client,
                                "%s%s/namespaces/%s/%s/%s/scale"
                                        .formatted(
                                                version.group().isEmpty() ? "/api/" : "/apis/",
                                                version,
                                                autoscaler.namespace(),
                                                kind.name(),
                                                reference.name())));
    }

    /**
     * How many replicas there are.
     *
     * @throws ApiException if it is not there
     */
    Scale read() {
        return new Scale(
                client.transport()
                        .call(ApiRequest.get(path))
                        .orThrow()
                        .body()
                        .struct(Scale.definition()));
    }

    /** Changes how many there are to be; a conflict if that was changed since. */
    void write(Scale scale, int replicas) {
        Scale changed = scale.toBuilder().spec(s -> s.replicas(replicas)).build();
        client.transport()
                .call(ApiRequest.of("PUT", path).withBody(Body.of(changed.struct())))
                .orThrow();
    }
}
