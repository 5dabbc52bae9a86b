# deploy/haproxy.cfg with the names that the nodes have in Kubernetes:
# sed -f nodes.sed ../haproxy.cfg >haproxy.cfg
s/node1:8080/carillon-0.carillon-nodes:8080/
s/node2:8080/carillon-1.carillon-nodes:8080/
s/node3:8080/carillon-2.carillon-nodes:8080/
