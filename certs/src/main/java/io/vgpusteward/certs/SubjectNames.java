package io.vgpusteward.certs;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * The names and addresses that a certificate is valid for.
 *
 * @param dns host names
 * @param ip addresses, as Java prints them
 */
public record SubjectNames(SortedSet<String> dns, SortedSet<String> ip) {
  public SubjectNames {
    dns = Collections.unmodifiableSortedSet(new TreeSet<>(dns));
    ip = Collections.unmodifiableSortedSet(new TreeSet<>(ip));
  }

  /** Sorts host names and literal addresses (IPv4, IPv6 without brackets) apart. */
  public static SubjectNames of(Collection<String> namesAndAddresses) {
    SortedSet<String> dns = new TreeSet<>();
    SortedSet<String> ip = new TreeSet<>();
    for (String name : namesAndAddresses) {
      try {
        ip.add(address(name));
      } catch (IllegalArgumentException notAnAddress) {
        dns.add(name);
      }
    }
    return new SubjectNames(dns, ip);
  }

  public static SubjectNames of(String... namesAndAddresses) {
    return of(List.of(namesAndAddresses));
  }

  /** One spelling for each address: {@code ::1} and {@code 0:0:0:0:0:0:0:1} are the same. */
  static String address(String literal) {
    return InetAddress.ofLiteral(literal).getHostAddress();
  }

  GeneralNames toGeneralNames() {
    List<GeneralName> names = new ArrayList<>();
    dns.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    ip.forEach(name -> names.add(new GeneralName(GeneralName.iPAddress, name)));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  @Override
  public String toString() {
    return Stream.concat(dns.stream(), ip.stream()).collect(Collectors.joining(", "));
  }
}
