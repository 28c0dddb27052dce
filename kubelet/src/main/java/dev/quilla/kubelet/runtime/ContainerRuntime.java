package dev.quilla.kubelet.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs containers on this machine for one node. All state is the engine's or in files: a runtime
 * opened after a restart finds what the one before it made, and only what belongs to its node.
 *
 * <p>Thread-safe. Calls block, so run them on virtual threads. Failures are {@link
 * ContainerRuntimeException}s. Ending and removing what is not there is no failure.
 */
public interface ContainerRuntime extends AutoCloseable {

    /**
     * What kind of runtime this is.
     *
     * @throws ContainerRuntimeException if it can't be reached
     */
    RuntimeInfo info();

    /** Makes a pod's sandbox. A sandbox of the same pod and attempt is given back as it is. */
    SandboxId createSandbox(SandboxSpec spec);

    /** Starts it: its namespaces exist from now on. Started already is no failure. */
    void startSandbox(SandboxId id);

    /**
     * Writes the pod's {@code /etc/hosts}, which all its containers see. Once its address is known
     * and before the first container starts.
     */
    void writeHosts(SandboxId id, String text);

    /** Where the pod's network is. The sandbox must be ready. */
    NetworkNamespace networkNamespace(SandboxId id);

    /** Ends a sandbox; what still runs in it is killed. */
    void stopSandbox(SandboxId id);

    /** Removes a sandbox with all its containers. */
    void removeSandbox(SandboxId id);

    /**
     * Makes a container. One of the same name and attempt in the sandbox is given back as it is.
     */
    ContainerId create(SandboxId sandbox, ContainerSpec spec);

    /**
     * Starts a container that was never started.
     *
     * @throws ContainerRuntimeException RUN_CONTAINER if its program can't be run; the container
     *     then is found as exited
     */
    void start(ContainerId id);

    /** Asks a container to end, and kills it after the grace. Returns when it has ended. */
    void stop(ContainerId id, Duration grace);

    /** Kills a container at once. */
    void kill(ContainerId id);

    /** Removes an ended container with its log; one that runs is killed first. */
    void remove(ContainerId id);

    /** Runs a program beside a running container's own. */
    ExecSession exec(ContainerId id, ExecSpec spec);

    /** Attaches to a running container's own program. */
    ExecSession attach(ContainerId id);

    /**
     * Runs a program to its end, as probes and hooks do.
     *
     * @param outputLimit how many bytes of output are kept
     */
    default ExecResult run(ContainerId id, List<String> command, Duration timeout, int outputLimit)
            throws InterruptedException {
        return ShortRun.run(this, id, command, timeout, outputLimit);
    }

    /**
     * A container's log, of a running or an ended one.
     *
     * @param options limitBytes and timestamps are not looked at here: see {@link Logs#copy}
     */
    LogStream logs(ContainerId id, LogOptions options) throws IOException;

    /** All sandboxes and containers of this node. */
    Inventory list();

    /**
     * Calls the listener on each change, from a thread of the runtime's: it must return quickly.
     */
    Subscription events(Consumer<RuntimeEvent> listener);

    /**
     * Sees to it that an image is here.
     *
     * @param logins tried in order where the registry asks for one
     * @throws ContainerRuntimeException IMAGE_PULL, IMAGE_NEVER_PULL or INVALID_IMAGE_NAME
     */
    Image ensureImage(String reference, PullPolicy policy, List<RegistryLogin> logins);

    /** True if the image is here. */
    boolean hasImage(String reference);

    /** All images on this machine. */
    List<Image> images();

    /** What a running container has used. */
    ContainerStats stats(ContainerId id);

    /**
     * Whether the limits of a container hold here, so that it makes a difference to change them.
     */
    boolean limits(ContainerId id);

    /**
     * Changes how much a running container may use, without a restart.
     *
     * @throws ContainerRuntimeException if the machine refuses; the container may then have some of
     *     the new limits
     */
    void update(ContainerId id, Resources resources);

    /**
     * Opens a TCP connection to a port of the pod from inside it, so that programs are reached
     * which listen on {@code 127.0.0.1} only.
     *
     * @param address the pod's address: tried next, and the only one where the pod has no network
     *     of its own
     */
    default SocketChannel dial(SandboxId id, InetAddress address, int port) throws IOException {
        return NamespaceSockets.connect(networkNamespace(id), address, port);
    }

    /** Lets go of the engine. Containers go on. */
    @Override
    void close();
}
