package dev.quilla.proxy;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster's table in the kernel, changed by differences. It remembers what it put there and how
 * the table looked then, apart from elements of maps; where the table looks otherwise now, somebody
 * else has changed it, and it is put in place anew. Belongs to one thread.
 */
final class KernelTable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelTable.class);

    private final String table;
    private final Nft nft;
    private Optional<RuleSet> inPlace = Optional.empty();
    private String outline = "";
    private int timesWhole;

    KernelTable(String clusterId, Nft nft) {
        this.table = "quilla_services_" + clusterId.replaceAll("[^A-Za-z0-9]", "_");
        this.nft = nft;
    }

    /**
     * Makes the table hold these rules, in one transaction.
     *
     * @throws IOException if the kernel does not take them; the old ones still hold
     */
    void apply(RuleSet wanted) throws IOException, InterruptedException {
        if (inPlace.isEmpty() || !changed(inPlace.get(), wanted)) {
            inPlace = Optional.empty();
            nft.run(wanted.whole(table));
            timesWhole++;
            settle(wanted);
        }
    }

    /** How often the whole table was put in place: once, where nobody else changes it. */
    int timesWhole() {
        return timesWhole;
    }

    /** By a difference; false if that can't be done. */
    private boolean changed(RuleSet before, RuleSet wanted)
            throws IOException, InterruptedException {
        if (!nft.outline(table).equals(outline)) {
            LOG.warn("somebody has changed the table {}: it is put in place anew", table);
            return false;
        }
        String difference = wanted.difference(table, before);
        if (difference.isEmpty()) {
            return true;
        }
        try {
            nft.run(difference);
        } catch (IOException e) {
            LOG.warn("the table {} is put in place anew: {}", table, e.getMessage());
            return false;
        }
        settle(wanted);
        return true;
    }

    private void settle(RuleSet rules) throws IOException, InterruptedException {
        outline = nft.outline(table);
        inPlace = Optional.of(rules);
    }

    /** Removes the table; no failure if it is not there. */
    void remove() throws IOException, InterruptedException {
        inPlace = Optional.empty();
        // Named first so that deleting what is not there is no failure.
        nft.run("table ip " + table + " {}\ndelete table ip " + table + "\n");
    }
}
