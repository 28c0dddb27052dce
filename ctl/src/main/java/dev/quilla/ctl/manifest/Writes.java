package dev.quilla.ctl.manifest;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.PatchType;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Tree;
import java.util.Map;

/**
 * How files are written to the cluster.
 *
 * @param dryRun whether the server only tries it
 * @param validation what the server does about unknown fields
 */
record Writes(Cluster cluster, DryRun dryRun, String validation) {

    /** Creates an object. */
    Tree create(Manifest manifest, Tree object, String manager) {
        return send("POST", manifest.collection(), Body.of(object.toJson(), Body.JSON), manager);
    }

    /** Changes an object. */
    Tree patch(Manifest manifest, PatchType type, Tree patch, String manager) {
        return send("PATCH", manifest.path(), Body.of(patch.toJson(), type.mediaType()), manager);
    }

    /** Makes fields so, and owns them. */
    Tree apply(Manifest manifest, String manager, boolean force) {
        Body body = Body.of(manifest.object().toJson(), PatchType.APPLY.mediaType());
        ApiRequest request = request("PATCH", manifest.path(), body, manager);
        return cluster.call(force ? request.withQuery("force", "true") : request);
    }

    private Tree send(String method, String path, Body body, String manager) {
        return cluster.call(request(method, path, body, manager));
    }

    private ApiRequest request(String method, String path, Body body, String manager) {
        ApiRequest request = ApiRequest.of(method, path).withBody(body);
        for (Map.Entry<String, String> param :
                Map.of("fieldManager", manager, "fieldValidation", validation).entrySet()) {
            request = request.withQuery(param.getKey(), param.getValue());
        }
        return dryRun.of(request);
    }
}
