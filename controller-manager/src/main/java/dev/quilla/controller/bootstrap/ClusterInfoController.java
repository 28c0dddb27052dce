package dev.quilla.controller.bootstrap;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what {@code kube-public/cluster-info} says of the cluster with each token that is made for
 * it, so that a machine that knows nothing but a token can trust it. Where nobody has made that
 * map, nothing is signed.
 */
public final class ClusterInfoController implements Controller {

    private static final ObjectKey INFO = new ObjectKey("kube-public", "cluster-info");
    private static final String SAID = "kubeconfig";
    private static final String SIGNATURE = "jws-kubeconfig-";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final ApiClient client;
    private final Informer<ConfigMap> maps;
    private final Informer<Secret> tokens;

    /** Works through a client and shared informers. */
    public ClusterInfoController(ApiClient client, Informers informers) {
        this.client = client;
        this.maps =
                informers.of(
                        Resources.CONFIG_MAPS,
                        ListOptions.inNamespace(INFO.namespace())
                                .withFieldSelector("metadata.name=" + INFO.name()));
        this.tokens = Tokens.of(informers);
    }

    @Override
    public String name() {
        return "cluster-info";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(maps, m -> List.of(INFO)), Trigger.on(tokens, t -> List.of(INFO)));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<ConfigMap> found = maps.get(key);
        String said = found.map(m -> m.data().get(SAID)).orElse("");
        if (found.isEmpty() || said.isEmpty()) {
            return Outcome.DONE;
        }
        Map<String, String> data = new TreeMap<>(found.get().data());
        data.keySet().removeIf(k -> k.startsWith(SIGNATURE));
        tokens.all()
                .filter(t -> Tokens.text(t, "usage-bootstrap-signing").equals("true"))
                .filter(t -> !t.metadata().hasDeletionTimestamp())
                .forEach(t -> sign(t, said, data));
        if (!data.equals(found.get().data())) {
            client.resource(Resources.CONFIG_MAPS)
                    .update(found.get().toBuilder().data(data).build());
        }
        return Outcome.DONE;
    }

    private static void sign(Secret token, String said, Map<String, String> data) {
        String id = Tokens.text(token, "token-id");
        String secret = Tokens.text(token, "token-secret");
        if (id.matches("[a-z0-9]{6}")
                && secret.matches("[a-z0-9]{16}")
                && token.name().equals("bootstrap-token-" + id)) {
            data.put(SIGNATURE + id, signature(id, id + "." + secret, said));
        }
    }

    /** A JSON web signature, without what is signed. */
    private static String signature(String id, String token, String said) {
        String head = encoded("{\"alg\":\"HS256\",\"kid\":\"" + id + "\"}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] code =
                    mac.doFinal((head + "." + encoded(said)).getBytes(StandardCharsets.US_ASCII));
            return head + ".." + BASE64.encodeToString(code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
