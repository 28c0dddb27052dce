package dev.quilla.e2e.robustness;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * A network device whose other end is this process: what its host sends is read here, and what is
 * written here its host receives (Linux' {@code Documentation/networking/tuntap.rst}). Reading is
 * for one thread, writing for another.
 */
final class Tunnel implements AutoCloseable {

    /** The largest packet, in bytes; the device's default. */
    static final int PACKET_MAX = 1_500;

    private static final int READ_AND_WRITE = 2;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short PACKETS_ALONE = 0x1001; // IFF_TUN | IFF_NO_PI
    private static final int REQUEST_BYTES = 40;
    private static final int FLAGS_AT = 16;
    private static final short READABLE = 1; // POLLIN
    private static final int LOOK_MS = 100;

    private final Calls calls = new Calls();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment in = arena.allocate(PACKET_MAX);
    private final MemorySegment out = arena.allocate(PACKET_MAX);
    private final MemorySegment poll = arena.allocate(8, 4);
    private final int file;

    /**
     * Makes a device in this process' network namespace; it goes with this object.
     *
     * @param name at most 15 characters
     */
    Tunnel(String name) throws IOException {
        file = (int) calls.call(calls.open, arena.allocateFrom("/dev/net/tun"), READ_AND_WRITE);
        MemorySegment request = arena.allocate(REQUEST_BYTES);
        request.setString(0, name);
        request.set(JAVA_SHORT, FLAGS_AT, PACKETS_ALONE);
        if (file < 0 || calls.call(calls.ioctl, file, TUNSETIFF, request) < 0) {
            throw new IOException(
                    "no tunnel device " + name + ": is this root, with a /dev/net/tun?");
        }
    }

    /** The next packet; empty if there is none for a while. */
    Optional<byte[]> read() {
        poll.set(JAVA_INT, 0, file);
        poll.set(JAVA_SHORT, 4, READABLE);
        if (calls.call(calls.poll, poll, 1L, LOOK_MS) <= 0) {
            return Optional.empty();
        }
        long length = calls.call(calls.read, file, in, (long) PACKET_MAX);
        return length <= 0
                ? Optional.empty()
                : Optional.of(in.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Delivers a packet; as on any wire it is lost if the device is down or has no room. */
    void write(byte[] packet) {
        MemorySegment.copy(packet, 0, out, ValueLayout.JAVA_BYTE, 0, packet.length);
        calls.call(calls.write, file, out, (long) packet.length);
    }

    /** To be called when nobody reads or writes any more. */
    @Override
    public void close() {
        calls.call(calls.close, file);
        arena.close();
    }

    /** The C library's functions. */
    @SuppressWarnings("restricted")
    private static final class Calls {
        private final Linker linker = Linker.nativeLinker();
        private final MethodHandle open =
                find("open", Linker.Option.firstVariadicArg(2), JAVA_INT, ADDRESS, JAVA_INT);
        private final MethodHandle ioctl =
                find(
                        "ioctl",
                        Linker.Option.firstVariadicArg(2),
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        ADDRESS);
        private final MethodHandle poll = find("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        private final MethodHandle read = find("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
        private final MethodHandle write = find("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
        private final MethodHandle close = find("close", JAVA_INT, JAVA_INT);

        private MethodHandle find(String name, ValueLayout result, ValueLayout... arguments) {
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(result, arguments));
        }

        private MethodHandle find(
                String name, Linker.Option option, ValueLayout result, ValueLayout... arguments) {
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(result, arguments),
                    option);
        }

        private long call(MethodHandle function, Object... arguments) {
            try {
                return ((Number) function.invokeWithArguments(arguments)).longValue();
            } catch (Throwable e) {
                throw new IllegalStateException("calling the C library", e);
            }
        }
    }
}
