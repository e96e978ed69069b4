package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// pki is an authority with one pair for servers on loopback and one for clients, as PEM files in a folder.
type pki struct {
	folder string
	pool   *x509.CertPool
	server tls.Certificate
	client tls.Certificate
}

func (p *pki) file(name string) string { return filepath.Join(p.folder, name) }

func newPKI(folder string) (*pki, error) {
	p := &pki{folder: folder, pool: x509.NewCertPool()}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := template("bench-ca")
	ca.IsCA = true
	ca.BasicConstraintsValid = true
	ca.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	if ca, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	p.pool.AddCert(ca)
	if err := os.WriteFile(p.file("ca.crt"), block("CERTIFICATE", der), 0o600); err != nil {
		return nil, err
	}
	issue := func(name string, usage x509.ExtKeyUsage) (tls.Certificate, error) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return tls.Certificate{}, err
		}
		leaf := template(name)
		leaf.KeyUsage = x509.KeyUsageDigitalSignature
		leaf.ExtKeyUsage = []x509.ExtKeyUsage{usage}
		if usage == x509.ExtKeyUsageServerAuth {
			leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
			leaf.DNSNames = []string{"localhost"}
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
		if err != nil {
			return tls.Certificate{}, err
		}
		secret, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return tls.Certificate{}, err
		}
		certificate, private := block("CERTIFICATE", der), block("PRIVATE KEY", secret)
		if err := os.WriteFile(p.file(name+".crt"), certificate, 0o600); err != nil {
			return tls.Certificate{}, err
		}
		if err := os.WriteFile(p.file(name+".key"), private, 0o600); err != nil {
			return tls.Certificate{}, err
		}
		return tls.X509KeyPair(certificate, private)
	}
	if p.server, err = issue("server", x509.ExtKeyUsageServerAuth); err != nil {
		return nil, err
	}
	p.client, err = issue("client", x509.ExtKeyUsageClientAuth)
	return p, err
}

// clientConfig trusts the authority's servers; the client's own certificate is shown where it is asked for.
func (p *pki) clientConfig() *tls.Config {
	return &tls.Config{RootCAs: p.pool, Certificates: []tls.Certificate{p.client}, MinVersion: tls.VersionTLS12}
}

func (p *pki) serverConfig(mutual bool) *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{p.server}, MinVersion: tls.VersionTLS12}
	if mutual {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = p.pool
	}
	return config
}

func template(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
