package dev.quilla.kubelet.runtime.libc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Mounts, and files opened step by step so that no link is followed. */
@SuppressWarnings("restricted")
public final class Filesystems {

    private static final int AT_FDCWD = -100;
    private static final int O_PATH_NOFOLLOW_CLOEXEC = 0x200000 | nofollow() | 0x80000;
    private static final long MS_BIND = 4096;
    private static final long MS_NOSUID = 2;
    private static final long MS_NODEV = 4;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private static final MethodHandle OPENAT =
            Libc.handle(
                    "openat", 3, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle MKDIRAT =
            Libc.handle(
                    "mkdirat", -1, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle MOUNT =
            Libc.handle(
                    "mount",
                    -1,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS);
    private static final MethodHandle UMOUNT2 =
            Libc.handle("umount2", -1, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private Filesystems() {}

    /** The one flag here on which the two machines differ. */
    private static int nofollow() {
        return System.getProperty("os.arch").equals("aarch64") ? 0x8000 : 0x20000;
    }

    /**
     * Finds a file without reading it: the descriptor, which the caller closes, stands for it
     * wherever it is moved to. A link is refused by what is opened below it.
     */
    public static int find(Path file) throws IOException {
        return find(AT_FDCWD, file.toString());
    }

    /**
     * Finds a file in a directory that was found before.
     *
     * @param name one name, not a path
     */
    public static int find(int directory, String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Libc.CALL_STATE);
            MemorySegment text = arena.allocateFrom(name);
            int found = (int) OPENAT.invokeExact(state, directory, text, O_PATH_NOFOLLOW_CLOEXEC);
            return Libc.checked("open " + name, found, state);
        } catch (Throwable e) {
            throw Libc.rethrown(e);
        }
    }

    /** Makes a directory in one that was found before. */
    public static void makeDirectory(int directory, String name, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Libc.CALL_STATE);
            MemorySegment text = arena.allocateFrom(name);
            Libc.checked(
                    "mkdir " + name,
                    (int) MKDIRAT.invokeExact(state, directory, text, mode),
                    state);
        } catch (Throwable e) {
            throw Libc.rethrown(e);
        }
    }

    /** Mounts memory as a file system; it holds no programs of other users and no devices. */
    public static void mountTmpfs(Path target, String options) throws IOException {
        mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options);
    }

    /** Mounts what a descriptor stands for. */
    public static void bind(int descriptor, Path target) throws IOException {
        mount("/proc/self/fd/" + descriptor, target, "none", MS_BIND, "");
    }

    private static void mount(String source, Path target, String type, long flags, String options)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Libc.CALL_STATE);
            int result =
                    (int)
                            MOUNT.invokeExact(
                                    state,
                                    arena.allocateFrom(source),
                                    arena.allocateFrom(target.toString()),
                                    arena.allocateFrom(type),
                                    flags,
                                    arena.allocateFrom(options));
            Libc.checked("mount " + target, result, state);
        } catch (Throwable e) {
            throw Libc.rethrown(e);
        }
    }

    /** Lets go of what is mounted on a directory; whoever still uses it does so to the end. */
    public static void unmount(Path target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Libc.CALL_STATE);
            MemorySegment text = arena.allocateFrom(target.toString());
            int result = (int) UMOUNT2.invokeExact(state, text, MNT_DETACH | UMOUNT_NOFOLLOW);
            Libc.checked("unmount " + target, result, state);
        } catch (Throwable e) {
            throw Libc.rethrown(e);
        }
    }
}
