package dev.quilla.kubelet.runtime;

/**
 * A runtime refused or failed. The reason is what a pod's status shows as a container's waiting
 * reason.
 */
public final class ContainerRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Why, in the words of Kubernetes. */
    public enum Reason {
        /** Nothing of that id exists. */
        NOT_FOUND("NotFound"),
        /** The runtime can't be reached or failed in an unexpected way; try again. */
        UNAVAILABLE("RuntimeUnavailable"),
        /** The sandbox can't be made. */
        CREATE_SANDBOX("CreatePodSandboxError"),
        /** The container can't be made. */
        CREATE_CONTAINER("CreateContainerError"),
        /** The container asks for what this runtime can't give. */
        CONTAINER_CONFIG("CreateContainerConfigError"),
        /** The container was made and can't be started. */
        RUN_CONTAINER("RunContainerError"),
        /** The image can't be fetched. */
        IMAGE_PULL("ErrImagePull"),
        /** The image is not there and must not be fetched. */
        IMAGE_NEVER_PULL("ErrImageNeverPull"),
        /** The image's name is not one. */
        INVALID_IMAGE_NAME("InvalidImageName"),
        /** The pod's network can't be set up. */
        NETWORK("NetworkNotReady");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** As it is written in a status or event. */
        public String text() {
            return text;
        }
    }

    private final Reason reason;

    /** A failure that has no deeper cause. */
    public ContainerRuntimeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A failure with its cause. */
    public ContainerRuntimeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The message, which is always there. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
