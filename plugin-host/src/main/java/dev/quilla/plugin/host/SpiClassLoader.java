package dev.quilla.plugin.host;

import java.util.List;

/**
 * What a plugin sees of the host: the SPI, the model, PF4J and SLF4J, beside the JDK. Nothing else,
 * so that a plugin can bring its own versions of the libraries that the host happens to use.
 */
final class SpiClassLoader extends ClassLoader {

    private static final List<String> VISIBLE =
            List.of("dev.quilla.plugin.", "dev.quilla.model.", "org.pf4j.", "org.slf4j.");
    private static final String HIDDEN = "dev.quilla.plugin.host.";

    private final ClassLoader host;

    SpiClassLoader(ClassLoader host) {
        super("quilla-spi", ClassLoader.getPlatformClassLoader());
        this.host = host;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(HIDDEN) && VISIBLE.stream().anyMatch(name::startsWith)) {
            return host.loadClass(name);
        }
        return super.loadClass(name, resolve);
    }
}
