package dev.quilla.plugin.host;

import java.nio.file.Path;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.DefaultPluginFactory;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginWrapper;

/**
 * PF4J for one plugin. Each plugin has a manager of its own, so that two versions of one plugin can
 * be there for the moment in which one follows the other, and none can stand in another's way.
 */
final class SinglePluginManager extends JarPluginManager {

    SinglePluginManager(Path directory) {
        super(directory);
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new JarPluginLoader(this) {
            @Override
            public ClassLoader loadPlugin(Path jar, PluginDescriptor descriptor) {
                PluginClassLoader loader =
                        new PluginClassLoader(
                                pluginManager,
                                descriptor,
                                new SpiClassLoader(SinglePluginManager.class.getClassLoader()),
                                ClassLoadingStrategy.APD);
                loader.addFile(jar.toFile());
                return loader;
            }
        };
    }

    /** PF4J's own factory logs what a plugin throws and forgets it. */
    @Override
    protected PluginFactory createPluginFactory() {
        return new DefaultPluginFactory() {
            @Override
            public Plugin create(PluginWrapper wrapper) {
                String name = wrapper.getDescriptor().getPluginClass();
                if (name.equals(Plugin.class.getName())) {
                    return super.create(wrapper);
                }
                return instantiate(wrapper, name);
            }
        };
    }

    private static Plugin instantiate(PluginWrapper wrapper, String name) {
        try {
            return (Plugin)
                    wrapper.getPluginClassLoader()
                            .loadClass(name)
                            .getDeclaredConstructor()
                            .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new org.pf4j.PluginRuntimeException(e, "can't create {}", name);
        }
    }
}
