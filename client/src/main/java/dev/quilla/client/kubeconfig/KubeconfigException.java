package dev.quilla.client.kubeconfig;

/** A kubeconfig that can't be used; the message says what is wrong with it. */
public final class KubeconfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Something is wrong. */
    public KubeconfigException(String message) {
        super(message);
    }
}
