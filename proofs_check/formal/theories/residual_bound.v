From Coq Require Import Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian upper_bound outer_rank.
From Hessproof Require Import kernel_equations kernel_count int_ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the loss Hessian from above, for a residual of low rank, for all weights and all *)
(* data over any field.  Let G be X times the transposed residual, s its rank and q = M m the   *)
(* width of a narrowest layer, s <= q.  A direction U is in the residual kernel if              *)
(*   l > 0:      G *m chain l.+1 L *m U l = 0;                                                  *)
(*   l < L - 1:  U l *m (chain 0 l *m G) = 0.                                                   *)
(* Each condition has rank s at most, and the functional part vanishes on these directions.  So *)
(* there the Hessian is its outer part, which factors through the differential d_chain U 0 L of *)
(* the end-to-end matrix; and the differentials of these directions fill at most                *)
(* q (M_0 + M_L - q) - s^2 dimensions.  For at a hidden layer m they are A P + Q B, where A and *)
(* B are the two products that meet there and P G = 0, G Q = 0: the larger the ranks of A and B *)
(* the more, but even with rank q the two families share (q - s)^2 dimensions.  And if q = M_0  *)
(* or q = M_L, it is enough that G Z G = 0 for each differential Z.                             *)

(* Two subspaces of dimensions q and n - s meet in one of dimension q - s at least.             *)
Lemma rank_cap_ge (F : fieldType) a b n s (A : 'M[F]_(a, n)) (B : 'M[F]_(b, n)) :
  (s <= n)%N -> \rank B = (n - s)%N -> (\rank A - s <= \rank (A :&: B)%MS)%N.
Proof.
move=> sn rB; rewrite leq_subLR -(leq_add2r (n - s)) -{1}rB -mxrank_sum_cap.
by rewrite [(s + _)%N]addnC -addnA subnKC // addnC leq_add2l rank_leq_col.
Qed.

(* The matrices A^T Z P and Q^T Z B, where A and B have q rows and rank q, P C = 0 and Q^T is   *)
(* killed by G from the left: P and Q^T are the kernels of C and of the transpose of G.         *)
Lemma rank_two_families (F : fieldType) a a' b q (G : 'M[F]_(a', b)) (C : 'M[F]_(a, b))
    (A : 'M[F]_(q, b)) (B : 'M[F]_(q, a)) : \rank A = q -> \rank B = q ->
  (\rank ((A *t kermx C) + (kermx G^T *t B))%MS + (q - \rank G) * (q - \rank C)
   <= q * (a - \rank C) + (b - \rank G) * q)%N.
Proof.
move=> rA rB; set Q := kermx G^T; have rQ : \rank Q = (b - \rank G)%N.
  by rewrite /Q mxrank_ker mxrank_tr.
have rP : \rank (kermx C) = (a - \rank C)%N by rewrite mxrank_ker.
have := mxrank_sum_cap (A *t kermx C) (Q *t B).
rewrite !mxrank_tens rA rB rP rQ => <-; rewrite leq_add2l.
have capA := rank_cap_ge A (rank_leq_col G) rQ.
have capB := rank_cap_ge B (rank_leq_row C) rP.
rewrite rA capmxC in capA *; rewrite rB capmxC in capB.
apply: (leq_trans (leq_mul capA capB)); rewrite -mxrank_tens; apply: mxrankS.
by rewrite sub_capmx !submx_tens ?capmxSl ?capmxSr.
Qed.

(* A matrix with q rows and at least q columns has its rows in those of one of rank q.          *)
Lemma rows_within (F : fieldType) q n (A : 'M[F]_(q, n)) : (q <= n)%N ->
  exists2 B : 'M[F]_(q, n), \rank B = q & exists Z, A = Z *m B.
Proof.
move=> qn; exists (pid_mx q *m row_ebase A).
  by rewrite mxrankMfree ?row_free_unit ?row_ebase_unit // rank_pid_mx.
exists (col_ebase A *m pid_mx (\rank A)); rewrite mulmxA -[X in X *m row_ebase A]mulmxA.
by rewrite mul_pid_mx (minn_idPl (rank_leq_row A)) (minn_idPr (rank_leq_row A)) mulmx_ebase.
Qed.

(* The inequalities between the ranks, added up.                                                *)
Lemma add_up_bounds rN rH rNH rI p a b c x y z e t :
    (rN + rH <= p + rNH -> rNH <= rI -> a + b <= rN -> rI + (t + c) <= z ->
     a + (x + y) = p + e -> b + 2 * t = y -> rH + (e + c) <= x + z + t)%N.
Proof.
rewrite mul2n -addnn -!plusE => /ssrnat.leP ker /ssrnat.leP NH /ssrnat.leP count.
by move=> /ssrnat.leP im T E; apply/ssrnat.leP; lia.
Qed.

Section Residual.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Hypothesis deep : (1 < L)%N.
Notation chain := (chain W).
Notation d_chain := (d_chain W).
Notation np := (\sum_(l < L) layer_size M l)%N.
Let G := X *m (residual X Y W)^T.
Notation s := (\rank G).

(* The two conditions in each layer, and the directions that satisfy them.                      *)
Definition left_residual l : 'M[F]_(M 0, M l.+1) := if l == 0%N then 0 else G *m chain l.+1 L.
Definition right_residual l : 'M[F]_(M l, M L) := if l.+1 == L then 0 else chain 0 l *m G.
Definition residual_block l : 'M[F]_(M l.+1 * M l) :=
  (cokermx (left_residual l))^T *t kermx (right_residual l).
Definition residual_kernel : 'M[F]_np := layer_sum L residual_block.

Section Direction.
Variable u : 'rV[F]_np.
Hypothesis uN : (u <= residual_kernel)%MS.
Notation U := (direction u).

Lemma residual_shape l : (l < L)%N ->
  exists Z, U l = cokermx (left_residual l) *m Z *m kermx (right_residual l).
Proof.
move=> lL; have /sub_layer_sum /(_ (Ordinal lL)) /= := uN.
by rewrite /residual_block => /sub_vec[Z ->]; exists Z; rewrite trmxK.
Qed.

Lemma residual_left l : (0 < l)%N -> (l < L)%N -> G *m chain l.+1 L *m U l = 0.
Proof.
move=> l0 lL; have [Z ->] := residual_shape lL.
have := mulmx_coker (left_residual l); rewrite {1}/left_residual gtn_eqF // => e.
by rewrite -[cokermx _ *m Z *m _]mulmxA [LHS]mulmxA e mul0mx.
Qed.

Lemma residual_right l : (l.+1 < L)%N -> U l *m (chain 0 l *m G) = 0.
Proof.
move=> lL; have [Z ->] := residual_shape (ltnW lL).
have := mulmx_ker (right_residual l); rewrite {2}/right_residual ltn_eqF // => e.
by rewrite -[LHS]mulmxA e mulmx0.
Qed.

(* Nothing reaches the residual from below or leaves it above.                                  *)
Lemma residual_lo k : (k < L)%N -> d_chain U 0 k *m G = 0.
Proof.
move=> kL; rewrite d_chain_sum // mulmx_suml big_nat big1 // => l /andP[_ lk].
by rewrite -!mulmxA residual_right ?mulmx0 // (leq_trans _ kL).
Qed.

Lemma residual_hi k : (0 < k)%N -> (k <= L)%N -> G *m d_chain U k L = 0.
Proof.
move=> k0 kL; rewrite d_chain_sum // mulmx_sumr big_nat big1 // => l /andP[kl lL].
by rewrite !mulmxA residual_left ?mul0mx // (leq_trans k0).
Qed.

(* So the functional part vanishes on these directions.                                         *)
Lemma residual_functional : u *m functional_hessian W X Y = 0.
Proof.
apply/functional_hessian_ker => V; rewrite functional_form_layers big1 // => k _.
rewrite /layer_equation mulmx0 mul0mx add0r residual_lo // mul0mx addr0.
by rewrite -[_ *m G *m _]mulmxA residual_hi // mulmx0 mul0mx mxtrace0.
Qed.

(* The differential of the end-to-end matrix at a cut m.                                        *)
Lemma residual_meet m : (m <= L)%N ->
  d_chain U 0 L = d_chain U m L *m chain 0 m + chain m L *m d_chain U 0 m.
Proof. exact: d_chain_comp. Qed.

Lemma residual_image : G *m d_chain U 0 L *m G = 0.
Proof.
rewrite (@residual_meet 1) 1?ltnW // mulmxDr mulmxDl mulmxA residual_hi // 1?ltnW //.
by rewrite !mul0mx add0r -!mulmxA residual_lo ?mulmx0.
Qed.
End Direction.

(* The differentials of these directions, one in each row.                                      *)
Notation image := (residual_kernel *m A_o W L).

Lemma imageP n (S : 'M[F]_(n, M L * M 0%N)) :
  (forall u : 'rV_np, (u <= residual_kernel)%MS -> (vec (d_chain (direction u) 0 L) <= S)%MS) ->
  (image <= S)%MS.
Proof.
by move=> sub; apply/row_subP => i; rewrite row_mul -d_chain_A_o sub ?row_sub.
Qed.

(* At a hidden cut m: A^T Z P and Q^T Z B as above,                                             *)
Lemma rank_image_hidden m : (0 < m < L)%N -> (M m <= M 0)%N -> (M m <= M L)%N ->
  (\rank image + (M m - s) * (M m - s) <= M m * (M 0 - s) + (M L - s) * M m)%N.
Proof.
move=> /andP[m0 mL] q0 qL.
have [A rA [ZA AE]] := rows_within (chain m L)^T qL.
have [B rB [ZB BE]] := rows_within (chain 0 m) q0.
apply: leq_trans (rank_two_families G G rA rB); rewrite leq_add2r; apply/mxrankS/imageP => u uN.
rewrite (residual_meet u (ltnW mL)) vecD addmx_sub //.
- apply: submx_trans (addsmxSr _ _).
  have [Q QE] : exists Q, (d_chain (direction u) m L)^T = Q *m kermx G^T.
    by apply/submxP/sub_kermxP; rewrite -trmx_mul residual_hi ?trmx0 // ltnW.
  apply: (@vec_sub _ _ _ _ _ _ _ _ (Q^T *m ZB)).
  by rewrite -[d_chain _ _ _]trmxK QE trmx_mul BE !mulmxA.
apply: submx_trans (addsmxSl _ _).
have /sub_kermxP/submxP[P PE] := residual_lo uN mL.
apply: (@vec_sub _ _ _ _ _ _ _ _ (ZA^T *m P)); rewrite PE -[chain m L]trmxK AE trmx_mul.
by rewrite !mulmxA.
Qed.

(* and in any case, because G Z G = 0 for all of them.                                          *)
Lemma rank_image_ends : (\rank image + s * s <= M L * M 0)%N.
Proof.
have : (image <= kermx (G^T *t G))%MS.
  apply: imageP => u uN; apply/sub_kermxP; rewrite -vec_mul trmxK residual_image //.
  by rewrite vec0.
move=> /mxrankS; rewrite mxrank_ker mxrank_tens mxrank_tr.
by rewrite leq_subRL ?leq_mul ?rank_leq_row ?rank_leq_col // addnC.
Qed.

(* In both cases, for a narrowest layer m.                                                      *)
Lemma rank_image m : (m <= L)%N -> (forall l, (l <= L)%N -> (M m <= M l)%N) -> (s <= M m)%N ->
  (\rank image + (s * s + M m * M m) <= M m * (M 0 + M L))%N.
Proof.
move=> mL qm sq; set q := M m in qm sq *.
have [m0|m0] := posnP m.
  have -> : (q * (M 0 + M L) = M L * M 0 + q * q)%N.
    by rewrite /q m0 mulnDr addnC [(M 0 * M L)%N]mulnC.
  by rewrite addnA leq_add2r rank_image_ends.
have [mE|mn] := eqVneq m L.
  have -> : (q * (M 0 + M L) = M L * M 0 + q * q)%N by rewrite /q mE mulnDr.
  by rewrite addnA leq_add2r rank_image_ends.
have mlt : (0 < m < L)%N by rewrite m0 ltn_neqAle mn.
have := rank_image_hidden mlt (qm _ (leq0n L)) (qm _ (leqnn L)).
rewrite -/q -(leq_add2r (q * s + s * q)) => le.
have E : (s * s + q * q = (q - s) * (q - s) + (q * s + s * q))%N.
  move: sq => /subnK {1 2 5 6}<-; move: (q - s)%N => d.
  by apply/eqP; rewrite -eqz_nat !(PoszD, PoszM); apply/eqP; int_ring.
rewrite E addnA; apply: (leq_trans le).
rewrite addnACA -mulnDr subnK ?(leq_trans sq) ?qm // -mulnDl subnK ?(leq_trans sq) ?qm //.
by rewrite [(M L * q)%N]mulnC -mulnDr.
Qed.

(* The dimension of the directions: in an inner layer each condition has rank s at most, in the *)
(* first and the last layer one of the two is absent.                                           *)
Lemma sum_first_last x y :
  (\sum_(l < L) ((if l == 0 :> nat then x else 0) + (if l.+1 == L then y else 0)) = x + y)%N.
Proof.
have L0 : (0 < L)%N := ltnW deep; have LL : (L.-1 < L)%N by rewrite prednK.
rewrite big_split /= -!big_mkcond /=; congr (_ + _)%N.
  by rewrite (big_pred1 (Ordinal L0)).
rewrite (big_pred1 (Ordinal LL)) // => l.
by rewrite /= -val_eqE /= -[in RHS]eqSS prednK.
Qed.

Lemma rank_residual_kernel : (forall l, (l <= L)%N -> (s <= M l)%N) ->
  (\sum_(l < L) (M l.+1 - s) * (M l - s) + (s * (M 0 - s) + (M L - s) * s)
   <= \rank residual_kernel)%N.
Proof.
move=> sm; rewrite -[X in (_ + X <= _)%N]sum_first_last -big_split /=.
rewrite /residual_kernel rank_layer_sum.
apply: leq_sum => l _; rewrite /residual_block mxrank_tens mxrank_tr mxrank_coker mxrank_ker.
have rL : (\rank (left_residual l) <= s)%N.
  by rewrite /left_residual; case: eqP => _; rewrite ?mxrank0 ?mxrankM_maxl.
have rR : (\rank (right_residual l) <= s)%N.
  by rewrite /right_residual; case: eqP => _; rewrite ?mxrank0 ?mxrankM_maxr.
have rl0 : l == 0%N :> nat -> \rank (left_residual l) = 0%N.
  by rewrite /left_residual => ->; rewrite mxrank0.
have rr0 : l.+1 == L -> \rank (right_residual l) = 0%N.
  by rewrite /right_residual => ->; rewrite mxrank0.
move: (\rank (left_residual l)) (\rank (right_residual l)) rL rR rl0 rr0 => x y xs ys x0 y0.
have lL := ltn_ord l; have L0 := ltnW deep; have [l0|l0] := eqVneq (l : nat) 0%N.
  rewrite /= x0 ?l0 // subn0 ltn_eqF // addn0 -mulnDl subnK ?sm //.
  by rewrite leq_mul2l leq_sub2l ?orbT.
have [lE|lN] := eqVneq l.+1 L.
  rewrite /= add0n y0 ?lE // subn0 -mulnDr subnK; last by rewrite sm // ltnW.
  by rewrite leq_mul2r leq_sub2l ?orbT.
by rewrite /= !addn0 leq_mul // leq_sub2l.
Qed.

(* The rank of the Hessian is at most the codimension of these directions and the dimension of  *)
(* their differentials together.                                                                *)
Theorem rank_loss_hessian_residual m :
    (m <= L)%N -> (forall l, (l <= L)%N -> (M m <= M l)%N) -> (s <= M m)%N ->
  (\rank (loss_hessian W X Y) + (L * (s * s) + M m * M m)
   <= 2 * s * (\sum_(1 <= l < L) M l) + M m * (M 0 + M L) + s * s)%N.
Proof.
move=> mL qm sq; set H := loss_hessian W X Y.
have sm l : (l <= L)%N -> (s <= M l)%N by move=> lL; apply: leq_trans sq (qm l lL).
have NH : (\rank (residual_kernel *m H) <= \rank image)%N.
  rewrite /H gauss_newton mulmxDr [X in _ + X](_ : _ = 0); last first.
    by apply/row_matrixP => i; rewrite row_mul row0 residual_functional ?row_sub.
  by rewrite addr0 outer_hessian_A_o !mulmxA -!mulmxA mulmxA mxrankM_maxl.
have := mxrank_mul_min residual_kernel H; rewrite leq_subLR => ker.
have count := rank_residual_kernel sm; have im := rank_image mL qm sq.
have T := telescoping_nat (ltnW deep) sm.
set a := (\sum_(l < L) _)%N in T count; set p := (\sum_(l < L) M l.+1 * M l)%N in T.
have E : (s * (M 0 - s) + (M L - s) * s + 2 * (s * s) = s * (M 0 + M L))%N.
  rewrite mul2n -addnn addnACA -mulnDr -mulnDl !subnK ?sm //.
  by rewrite [(M L * s)%N]mulnC -mulnDr.
set b := (s * (M 0 - s) + _)%N in E count.
set q := M m in im *.
exact: add_up_bounds ker NH count im T E.
Qed.
End Residual.
