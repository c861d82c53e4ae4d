From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain bias_decoupling bias_pairing bias_families.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* One neuron less: on the directions that leave the first row of every layer   *)
(* alone, the functional form of rectangular identities is the form with bias   *)
(* of the network with one neuron less in every layer, whose constant input is  *)
(* the first neuron. With the pairs of the first row that gives, layer by layer *)
(* and neuron by neuron, a family of silent directions with an invertible Gram  *)
(* matrix.                                                                      *)

(* R^n as the first coordinate and the others.                                  *)
Section FirstCoordinate.
Variable F : fieldType.

Definition others (n : nat) : 'M[F]_(n, n.-1) :=
  match n with 0%N => 0 | n'.+1 => (col_mx 0 1%:M : 'M_(1 + n', n')) end.
Definition first (n : nat) : 'cV[F]_n :=
  match n with 0%N => 0 | n'.+1 => (col_mx 1%:M 0 : 'M_(1 + n', 1)) end.

(* The same with sizes as 1 + n.                                                *)
Let o n : 'M[F]_(1 + n, n) := col_mx 0 1%:M.
Let f n : 'cV[F]_(1 + n) := col_mx 1%:M 0.

Lemma others_others n : (others n)^T *m others n = 1%:M.
Proof.
case: n => [|n]; first by apply/matrixP => -[].
suff: (o n)^T *m o n = 1%:M by [].
by rewrite tr_col_mx mul_row_col trmx0 mul0mx add0r trmx1 mulmx1.
Qed.

Lemma first_first n : (0 < n)%N -> (first n)^T *m first n = 1%:M.
Proof.
case: n => // n _; suff: (f n)^T *m f n = 1%:M by [].
by rewrite tr_col_mx mul_row_col mulmx0 addr0 trmx1 mulmx1.
Qed.

Lemma first_others n : (first n)^T *m others n = 0.
Proof.
case: n => [|n]; first by rewrite (flatmx0 (others 0)) mulmx0.
suff: (f n)^T *m o n = 0 by [].
by rewrite tr_col_mx mul_row_col trmx0 mulmx0 mul0mx addr0.
Qed.

Lemma others_first n : (others n)^T *m first n = 0.
Proof. by apply: trmx_inj; rewrite trmx_mul trmxK first_others trmx0. Qed.

Lemma pid_first a b : (0 < a)%N -> (0 < b)%N ->
  (pid_mx a : 'M[F]_(a, b)) = others a *m pid_mx a.-1 *m (others b)^T + first a *m (first b)^T.
Proof.
case: a b => // a [] // b _ _.
suff: (pid_mx a.+1 : 'M_(1 + a, 1 + b)) = o a *m pid_mx a *m (o b)^T + f a *m (f b)^T by [].
rewrite !tr_col_mx !trmx0 !trmx1 mul_col_row mul_col_mx mul_col_row !mul0mx !mulmx0 !mul1mx !mulmx1.
rewrite (@add_block_mx _ 1 a 1 b) !add0r !addr0; apply/matrixP => i j; rewrite !mxE.
by case: splitP => i' iE; rewrite !mxE; case: splitP => j' jE; rewrite !mxE iE jE ?ord1.
Qed.
End FirstCoordinate.

Section OneNeuronLess.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Hypothesis pos : forall l, (l <= L)%N -> (0 < M l)%N.
Notation N := (fun l => (M l).-1).
Notation W := (rectangular_identity F M).
Notation V := (rectangular_identity F N).
Notation o l := (others F (M l)).
Notation e l := (first F (M l)).

Definition lifted (U : parts F N) (l : nat) : 'M[F]_(M l.+1, M l) :=
  o l.+1 *m (U.1 l *m (o l)^T + U.2 l *m (e l)^T).

Lemma lifted_others U l a (B : 'M[F]_(N l, a)) :
  lifted U l *m (o l *m B) = o l.+1 *m (U.1 l *m B).
Proof.
rewrite /lifted -mulmxA [(_ + _) *m _]mulmxDl -!mulmxA ![_^T *m (_ *m _)]mulmxA.
by rewrite others_others first_others mul1mx mul0mx mulmx0 addr0.
Qed.

Lemma lifted_first U l a (c : 'M[F]_(1, a)) : (l <= L)%N ->
  lifted U l *m (e l *m c) = o l.+1 *m (U.2 l *m c).
Proof.
move=> lL; rewrite /lifted -mulmxA [(_ + _) *m _]mulmxDl -!mulmxA ![_^T *m (_ *m _)]mulmxA.
by rewrite others_first first_first ?pos // mul1mx mul0mx mulmx0 add0r.
Qed.

Lemma identities_others l a (B : 'M[F]_(N l, a)) : (l < L)%N ->
  W l *m (o l *m B) = o l.+1 *m (V l *m B).
Proof.
move=> lL; rewrite /rectangular_identity pid_first ?pos // 1?ltnW //.
rewrite mulmxDl -!mulmxA ![_^T *m (_ *m _)]mulmxA.
by rewrite others_others first_others mul1mx mul0mx mulmx0 addr0.
Qed.

Lemma identities_first l a (c : 'M[F]_(1, a)) : (l < L)%N ->
  W l *m (e l *m c) = e l.+1 *m c.
Proof.
move=> lL; rewrite /rectangular_identity pid_first ?pos // 1?ltnW //.
rewrite mulmxDl -!mulmxA ![_^T *m (_ *m _)]mulmxA.
by rewrite others_first first_first ?pos 1?ltnW // mul1mx mul0mx !mulmx0 add0r.
Qed.

Lemma chain_identities k : (k <= L)%N ->
  chain W 0 k = o k *m (chain V 0 k *m (o 0)^T) + e k *m (e 0)^T.
Proof.
elim: k => [|k IH] kL.
  rewrite !chain_id mul1mx -(pid_mx_1 F (M 0)) pid_first ?pos //.
  by rewrite (pid_mx_1 F (M 0).-1) mulmx1.
rewrite !chain_S // IH ?(ltnW kL) // mulmxDr identities_others // identities_first //.
by rewrite !mulmxA.
Qed.

Lemma d_chain_lifted U k : (k <= L)%N ->
  d_chain W (lifted U) 0 k
  = o k *m (d_chain V U.1 0 k *m (o 0)^T + mean_change V U.2 k *m (e 0)^T).
Proof.
elim: k => [|k IH] kL; first by rewrite !d_chain_id !mul0mx addr0 mulmx0.
rewrite !d_chain_S // IH ?(ltnW kL) // chain_identities ?(ltnW kL) // mulmxDr.
rewrite lifted_others lifted_first ?(ltnW kL) // identities_others // -!mulmxDr /=.
by congr (_ *m _); rewrite !mulmxDl mulmxDr !mulmxA addrACA.
Qed.

Lemma d2_chain_lifted U U' k : (k <= L)%N ->
  d2_chain W (lifted U) (lifted U') 0 k
  = o k *m (d2_chain V U.1 U'.1 0 k *m (o 0)^T + mean_change2 V U.1 U.2 U'.1 U'.2 k *m (e 0)^T).
Proof.
elim: k => [|k IH] kL; first by rewrite !d2_chain_id !mul0mx addr0 mulmx0.
rewrite !d2_chain_S // IH ?(ltnW kL) // !d_chain_lifted ?(ltnW kL) // !lifted_others.
rewrite identities_others // -!mulmxDr /=; congr (_ *m _).
rewrite !mulmxDl !mulmxDr !mulmxA.
by rewrite [LHS](AC (2*2*2) ((1*3*5)*(2*4*6))).
Qed.

Lemma first_chain l k : (l <= k)%N -> (k <= L)%N -> (e k)^T *m chain W l k = (e l)^T.
Proof.
elim: k => [|k IH]; first by rewrite leqn0 => /eqP-> _; rewrite chain_id mulmx1.
rewrite leq_eqVlt => /orP[/eqP-> _|lk kL]; first by rewrite chain_id mulmx1.
rewrite chain_S // mulmxA -[RHS]IH // 1?ltnW //; congr (_ *m _).
rewrite /rectangular_identity pid_first ?pos // 1?ltnW // mulmxDr !mulmxA first_others !mul0mx.
by rewrite add0r first_first ?pos // mul1mx.
Qed.

Variables (G : 'M[F]_(N 0%N, N L)) (g : 'rV[F]_(N L)).
Hypothesis L0 : (0 < L)%N.

(* The moments that the narrower network's stand for.                           *)
Definition lifted_G : 'M[F]_(M 0%N, M L) := (o 0 *m G + e 0 *m g) *m (o L)^T.
Definition lifted_g : 'rV[F]_(M L) := (e L)^T.

Lemma core_lifted U U' :
  \tr (lifted_G *m d2_chain W (lifted U) (lifted U') 0 L) = core_form V G g U U'.
Proof.
rewrite d2_chain_lifted // /lifted_G -mulmxA [(o L)^T *m _]mulmxA others_others mul1mx.
rewrite mulmxDl !mulmxDr !mxtraceD /core_form.
have tr_split a b c (A : 'M[F]_(M 0, a)) (B : 'M_(a, b)) (C : 'M_(b, c)) (D : 'M_(c, M 0)) :
    \tr (A *m B *m (C *m D)) = \tr (B *m C *m (D *m A)).
  by rewrite -!mulmxA mxtrace_mulC !mulmxA.
rewrite !tr_split others_others first_others others_first first_first ?pos //.
rewrite !mulmx0 !mxtrace0 !mulmx1 addr0 add0r; congr (_ + _).
by rewrite /mxtrace big_ord1.
Qed.

(* A family of the narrower network and the pairs of the first neuron.          *)
Lemma one_neuron_less n : nondegenerate V G g n ->
  let more := (\sum_(l < L) behind M 0 l)%N in
  nondegenerate W lifted_G lifted_g (n + more + more).
Proof.
case=> U [U' [silentU silentU' unit]].
have passed l : (0 < l)%N -> (l < L)%N -> W l *m e l = e l.+1.
  by move=> _ lL; rewrite -[e l]mulmx1 identities_first // mulmx1.
have quiet (T : parts F N) l : (0 < l)%N -> (l < L)%N ->
    lifted_g *m chain W l.+1 L *m lifted T l = 0.
  by move=> _ lL; rewrite first_chain // /lifted mulmxA first_others mul0mx.
have silent_lifted (T : parts F N) : silent V L T -> d_chain W (lifted T) 0 L = 0.
  by case=> d0 m0; rewrite d_chain_lifted // d0 m0 !mul0mx addr0 mulmx0.
apply: (pairing_step L0 passed _ (A := fun i => lifted (U i)) (B := fun i => lifted (U' i))).
- by rewrite /lifted_g first_first ?pos.
- by move=> i; apply: silent_lifted.
- by move=> i; apply: silent_lifted.
- by move=> i l; apply: quiet.
- by move=> i l; apply: quiet.
rewrite (_ : matrix_of_fun _ _ = gram V G g U U') //.
by apply/matrixP => i j; rewrite !mxE core_lifted.
Qed.
End OneNeuronLess.

(* The rank of the moments that are read in the first coordinate of the output. *)
Lemma rank_read (F : fieldType) a n (B : 'M[F]_(a, n.-1)) : (0 < n)%N ->
  \rank (col_mx (B *m (others F n)^T) (first F n)^T) = (\rank B).+1.
Proof.
move=> n0.
have -> : col_mx (B *m (others F n)^T) (first F n)^T
    = block_mx B 0 0 1%:M *m col_mx (others F n)^T (first F n)^T.
  by rewrite mul_block_col !mul0mx mul1mx addr0 add0r.
rewrite mxrankMfree ?rank_diag_block_mx ?mxrank1 ?addn1 //.
apply/row_freeP; exists (row_mx (others F n) (first F n)).
rewrite mul_col_row others_others others_first first_others first_first //.
by rewrite -scalar_mx_block.
Qed.

Lemma rank_split (F : fieldType) a n (G : 'M[F]_(n.-1, a)) (g : 'rV[F]_a) : (0 < n)%N ->
  \rank (others F n *m G + first F n *m g)%R = \rank (col_mx G g).
Proof.
move=> n0; rewrite -mul_row_col eqmxMfull //; apply/row_fullP.
exists (col_mx (others F n)^T (first F n)^T).
by rewrite mul_col_row others_others others_first first_others first_first // -scalar_mx_block.
Qed.

(* Pairs found: all hidden layers for each of the first t neurons, and those    *)
(* behind m for the next one.                                                   *)
Fixpoint pairs (t L : nat) (M : nat -> nat) (m : nat) : nat :=
  match t with
  | 0%N => \sum_(l < L) behind M m l
  | t'.+1 => pairs t' L (fun l => (M l).-1) m + \sum_(l < L) behind M 0 l
  end.

(* Behind layer m the widths are greater than t, elsewhere t at least.          *)
Theorem pairs_found (F : fieldType) (t rho L m : nat) (M : nat -> nat) :
    (m < L)%N -> (forall l, (l <= L)%N -> (t <= M l)%N) ->
    (forall l, (m < l <= L)%N -> (t < M l)%N) ->
    (t + rho <= M 0)%N -> (t + rho < M L)%N ->
  exists (G : 'M[F]_(M 0%N, M L)) (g : 'rV[F]_(M L)),
    [/\ \rank (col_mx G g) = (t + rho).+1, g != 0
      & nondegenerate (rectangular_identity F M) G g (pairs t L M m + pairs t L M m)].
Proof.
elim: t M => [|t IH] M mL tM tm r0 rL.
  exists (pid_mx rho *m (others F (M L))^T), (first F (M L))^T.
  have ML : (0 < M L)%N by apply: tm; rewrite mL leqnn.
  split.
  - by rewrite rank_read // rank_pid_mx // -ltnS prednK.
  - by apply/eqP => f0; have := first_first F ML; rewrite f0 mul0mx => /esym/eqP; rewrite oner_eq0.
  have passed l : (m < l)%N -> (l < L)%N ->
      rectangular_identity F M l *m first F (M l) = first F (M l.+1).
    move=> ml lL; have [p1 p2] : (0 < M l)%N /\ (0 < M l.+1)%N.
      by split; apply: tm; rewrite ?ml ?(ltnW lL) // (leq_trans ml).
    rewrite /rectangular_identity pid_first // mulmxDl -!mulmxA others_first first_first // !mulmx0.
    by rewrite add0r mulmx1.
  pose A (i : 'I_0) := @no_weights F M.
  apply: (pairing_step (n0 := 0) mL passed _ (A := A) (B := A)) => [|[]|[]|[]|[]|] //.
    by rewrite first_first.
  by rewrite unitmxE det_mx00 unitr1.
have pos l : (l <= L)%N -> (0 < M l)%N by move=> lL; apply: leq_ltn_trans (tM l lL).
have [|||| G [g [rG g0 found]]] := IH (fun l => (M l).-1) mL.
- by move=> l lL; rewrite -ltnS prednK ?pos ?tM.
- by move=> l /andP[ml lL]; rewrite -ltnS prednK ?pos ?tm ?ml.
- by rewrite -ltnS prednK ?pos.
- by rewrite -ltnS prednK ?pos.
exists (lifted_G G g), (lifted_g F M L); split.
- by rewrite rank_read ?pos // rank_split ?pos // rG.
- apply/eqP => f0; have := first_first F (pos L (leqnn L)).
  by rewrite -/(lifted_g F M L) f0 mul0mx => /esym/eqP; rewrite oner_eq0.
rewrite /= addnACA addnA; apply: one_neuron_less => //.
exact: leq_ltn_trans (leq0n m) mL.
Qed.
