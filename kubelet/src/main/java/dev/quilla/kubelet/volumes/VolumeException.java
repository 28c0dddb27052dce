package dev.quilla.kubelet.volumes;

/** A volume can't be had, now or at all; the message says why and names what is missing. */
public final class VolumeException extends Exception {

    private static final long serialVersionUID = 1L;

    /** A volume that can't be had. */
    public VolumeException(String message) {
        super(message);
    }

    /** A volume that can't be had, with the deeper cause. */
    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message, which is always there. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
