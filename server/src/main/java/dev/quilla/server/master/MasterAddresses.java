package dev.quilla.server.master;

import dev.quilla.apiserver.bootstrap.Bootstrap;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.store.Member;
import dev.quilla.store.Members;
import java.util.List;

/** Where pods and workers reach the masters that there are. Thread-safe. */
final class MasterAddresses {

    private final MasterConfig config;
    private final Members members;

    MasterAddresses(MasterConfig config, Members members) {
        this.config = config;
        this.members = members;
    }

    /** Of those with a vote, in the order of their names. */
    List<Bootstrap.Master> now() {
        return members.all().stream()
                .filter(m -> !m.learner() && !m.clientAddress().isEmpty())
                .map(this::address)
                .toList();
    }

    /** Masters of one machine know each other by loopback, where no pod reaches them. */
    private Bootstrap.Master address(Member member) {
        int colon = member.clientAddress().lastIndexOf(':');
        String host = member.clientAddress().substring(0, colon);
        return new Bootstrap.Master(
                host.startsWith("127.") ? config.advertiseAddress() : host,
                Integer.parseInt(member.clientAddress().substring(colon + 1)));
    }
}
