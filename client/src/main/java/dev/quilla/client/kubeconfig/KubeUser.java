package dev.quilla.client.kubeconfig;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who we are.
 *
 * @param certificate a client certificate, and its issuers'
 * @param key that certificate's key
 * @param token a bearer token; empty for none
 * @param tokenFile where to read the token from, again and again; empty for none
 */
public record KubeUser(Material certificate, Material key, String token, String tokenFile) {

    /** Nobody. */
    public static final KubeUser NOBODY = new KubeUser(Material.NONE, Material.NONE, "", "");

    /** Somebody with a certificate. */
    public static KubeUser certificate(String certificatePem, String keyPem) {
        return new KubeUser(
                new Material.Embedded(certificatePem), new Material.Embedded(keyPem), "", "");
    }

    /** Somebody with a token. */
    public static KubeUser token(String token) {
        return new KubeUser(Material.NONE, Material.NONE, token, "");
    }

    static KubeUser read(Node node, Path directory) {
        if (node.has("exec") || node.has("auth-provider")) {
            throw new KubeconfigException(
                    "users with exec or auth-provider are not supported: use a certificate or"
                            + " a token");
        }
        String tokenFile = node.text("tokenFile");
        return new KubeUser(
                Material.read(node, "client-certificate", directory),
                Material.read(node, "client-key", directory),
                node.text("token"),
                tokenFile.isEmpty() ? "" : directory.resolve(tokenFile).toString());
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        certificate.write(tree, "client-certificate");
        key.write(tree, "client-key");
        if (!token.isEmpty()) {
            tree.put("token", token);
        }
        if (!tokenFile.isEmpty()) {
            tree.put("tokenFile", tokenFile);
        }
        return tree;
    }

    /** Never shows keys or tokens. */
    @Override
    public String toString() {
        return "KubeUser";
    }
}
