package dev.quilla.apiserver.aggregation;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other API servers, in a config map, whose word they may take for who asks them: that of
 * whoever shows the front proxy's certificate, and of clients with one of the cluster's own.
 */
public final class PublishedTrust {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedTrust.class);

    private static final ObjectKey KEY =
            new ObjectKey("kube-system", "extension-apiserver-authentication");

    private static final ObjectKey READER =
            new ObjectKey("kube-system", "extension-apiserver-authentication-reader");

    private final Path pkiDir;

    /** Reads certificates from there. */
    public PublishedTrust(Path pkiDir) {
        this.pkiDir = pkiDir;
    }

    /**
     * Writes it where it is not told yet, or something else is, with the role that may read it.
     *
     * @throws IOException if certificates can't be read
     */
    public void publish(ApiClient client) throws IOException {
        Path frontProxyCa = pkiDir.resolve("front-proxy-ca.crt");
        if (!Files.exists(frontProxyCa)) {
            LOG.warn("{} is missing: API servers of others can't be registered", frontProxyCa);
            return;
        }
        Map<String, String> data =
                Map.of(
                        "client-ca-file",
                        Files.readString(pkiDir.resolve("ca.crt")),
                        "requestheader-client-ca-file",
                        Files.readString(frontProxyCa),
                        "requestheader-allowed-names",
                        "[\"front-proxy-client\"]",
                        "requestheader-username-headers",
                        "[\"X-Remote-User\"]",
                        "requestheader-uid-headers",
                        "[\"X-Remote-Uid\"]",
                        "requestheader-group-headers",
                        "[\"X-Remote-Group\"]",
                        "requestheader-extra-headers-prefix",
                        "[\"X-Remote-Extra-\"]");
        if (client.resource(Resources.ROLES).find(READER).isEmpty()) {
            client.resource(Resources.ROLES).create(reader());
        }
        ResourceClient<ConfigMap> maps = client.resource(Resources.CONFIG_MAPS);
        Optional<ConfigMap> there = maps.find(KEY);
        if (there.isEmpty()) {
            maps.create(
                    ConfigMap.builder()
                            .metadata(m -> m.namespace(KEY.namespace()).name(KEY.name()))
                            .data(data)
                            .build());
        } else if (!there.get().data().equals(data)) {
            maps.update(there.get().toBuilder().data(data).build());
        }
    }

    private static Role reader() {
        return Role.builder()
                .metadata(m -> m.namespace(READER.namespace()).name(READER.name()))
                .rules(
                        List.of(
                                PolicyRule.builder()
                                        .apiGroups(List.of(""))
                                        .resources(List.of("configmaps"))
                                        .resourceNames(List.of(KEY.name()))
                                        .verbs(List.of("get", "list", "watch"))
                                        .build()))
                .build();
    }
}
