package dev.quilla.server.config;

import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.client.kubeconfig.KubeconfigException;
import java.io.IOException;
import java.util.Optional;

/**
 * A service that masters ask or tell something, as a kubeconfig names it.
 *
 * @param path where it answers
 */
public record WebhookPlan(HttpsOptions options, String path) {

    /** Reads the kubeconfig that a key of a section names; empty if it is wrong. */
    static Optional<WebhookPlan> of(ConfigSection section, String key) {
        try {
            HttpsOptions options = Kubeconfig.load(section.path(key)).access().options();
            String path = options.servers().getFirst().getPath();
            return Optional.of(new WebhookPlan(options, path.isEmpty() ? "/" : path));
        } catch (IOException | KubeconfigException e) {
            section.error(key, "can't be used: " + e.getMessage());
            return Optional.empty();
        }
    }
}
