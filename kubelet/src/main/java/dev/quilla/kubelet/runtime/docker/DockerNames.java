package dev.quilla.kubelet.runtime.docker;

import dev.quilla.kubelet.runtime.PodKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of containers. One name exists once in a daemon, which makes creation safe to repeat. */
final class DockerNames {

    private static final int OWNER_DIGITS = 8;

    private final String owner;

    DockerNames(String cluster, String node) {
        this.owner = digest(cluster + "\n" + node);
    }

    String sandbox(PodKey pod, int attempt) {
        return container(pod, "POD", attempt);
    }

    String container(PodKey pod, String name, int attempt) {
        return String.join(
                "_",
                "quilla",
                owner,
                name,
                pod.name(),
                pod.namespace(),
                pod.uid(),
                Integer.toString(attempt));
    }

    private static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, OWNER_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
